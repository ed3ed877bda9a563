package io.sluice.protection.transform;

/**
 * Where an encrypted field stands: its associated data. A field that was moved elsewhere does not open.
 *
 * @param dataset dataset id
 * @param subjectRef the view's subject reference as the protect job knew it; empty where the record has none
 * @param recordId the view's released id
 * @param path JSON Pointer of the field in the view
 * @param purpose the recipient's purpose
 */
public record Sf1Place(String dataset, String subjectRef, String recordId, String path, String purpose) {}
