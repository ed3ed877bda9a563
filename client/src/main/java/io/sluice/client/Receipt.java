package io.sluice.client;

/**
 * An event is durable, sealed: in Kafka, or on the gateway's disk and on its way.
 *
 * @param id the event's id
 * @param position where it stands: the address of its audit entry; empty where it is on the gateway's disk still
 * @param repeated whether it was accepted before, by the gateway's memory
 */
public record Receipt(String id, String position, boolean repeated) {}
