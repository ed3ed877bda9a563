package io.sluice.custodian;

import io.sluice.core.encoding.Names;
import io.sluice.protection.keytree.TreeId;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a custodian works.
 *
 * @param tenant the deployment's tenant
 * @param controlTopic full name of {@code keys.control}
 * @param trees the folder of the key trees' files
 * @param epoch the epoch whose tree new values are protected under; made where it is missing. Earlier ones are kept in force
 * @param lease how long after it was announced a revision may be used, as the rooms have it
 * @param clockSkew how far two machines' clocks may differ, as the rooms have it
 * @param heartbeat how often the revisions in force are announced; a third of the lease at most, so that two may be lost
 */
public record CustodianConfig(
        String tenant,
        String controlTopic,
        Path trees,
        int epoch,
        Duration lease,
        Duration clockSkew,
        Duration heartbeat) {
    public CustodianConfig {
        Names.requireId("tenant", tenant);
        new TreeId(tenant, epoch); // refuses what is no epoch
        if (heartbeat.isNegative() || heartbeat.isZero() || lease.compareTo(heartbeat.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "heartbeat is " + heartbeat + ", not between 0 and a third of the lease, " + lease.dividedBy(3));
        }
    }
}
