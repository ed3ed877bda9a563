package io.sluice.client;

/**
 * An event is durable in Kafka, sealed.
 *
 * @param id the event's id
 * @param position where it stands: the address of its audit entry
 * @param repeated whether it was accepted before, by the gateway's memory
 */
public record Receipt(String id, String position, boolean repeated) {}
