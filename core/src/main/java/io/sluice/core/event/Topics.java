package io.sluice.core.event;

import io.sluice.core.encoding.Names;

/**
 * The names of a deployment's topics. A deployment serves one tenant, whose id is the prefix of every topic; from
 * generation 2 on the ingress topic carries its generation, because a generation is part of every position.
 *
 * @param tenant the deployment's tenant
 * @param generation generation of {@code events.ingress}, from 1
 */
public record Topics(String tenant, int generation) {
    /** Logical name of the ingress topic, as positions and audit ids cite it. */
    public static final String INGRESS = "events.ingress";

    /** Logical name of the requeue topic, as the entry of a refused requeue cites it. */
    public static final String REQUEUE = "events.requeue";

    public Topics {
        Names.requireId("tenant", tenant);
        if (generation < 1) {
            throw new IllegalArgumentException("generation starts at 1");
        }
    }

    /** Sealed events and choices. Written by the gateway alone, without transactions. */
    public String ingress() {
        return name(INGRESS) + (generation == 1 ? "" : ".g" + generation);
    }

    /** The standing set of each subject's choices. Compacted. */
    public String choices() {
        return name("subject.choices");
    }

    /** The legal hold of each subject that has one. Compacted. */
    public String holds() {
        return name("subject.holds");
    }

    /** Bundles, approvals and activations by key. Compacted. */
    public String bundles() {
        return name("policy.bundles");
    }

    /** What each room, and each task of the protect job, has in force. Compacted, and short-lived. */
    public String status() {
        return name("policy.status");
    }

    /** Protection plans by digest. Compacted. */
    public String plans() {
        return name("policy.plans");
    }

    /** The views of one recipient. */
    public String released(String recipient) {
        return name("released." + Names.requireId("recipient", recipient));
    }

    /** How every recipient's topic begins. */
    public String releasedPrefix() {
        return name("released.");
    }

    /** Records that were not released because of a fault, still sealed. */
    public String quarantine() {
        return name("events.quarantine");
    }

    /** Quarantined records that go through the protect job again. */
    public String requeue() {
        return name(REQUEUE);
    }

    /** Audit entries; one partition is one log. */
    public String audit() {
        return name("audit.entries");
    }

    /** Emergency accesses by id, with their reviews. Compacted. */
    public String emergencies() {
        return name("reveal.emergencies");
    }

    /** Signed checkpoints of the audit logs. */
    public String checkpoints() {
        return name("audit.checkpoints");
    }

    /** Signed announcements of key trees, and certificates of erasures, by key. Compacted. */
    public String keys() {
        return name("keys.control");
    }

    private String name(String logical) {
        return tenant + "." + logical;
    }
}
