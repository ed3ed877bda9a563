package io.sluice.cli.room;

import io.sluice.cli.config.SluiceConfig;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** The administrator at the cluster of {@code sluice.yaml}. Fails with {@link io.sluice.cluster.ClusterException}. */
public final class ClusterAdmin implements AutoCloseable {
    private static final int ANSWER_LIMIT_MS = 15_000;

    private final ClusterLayout layout;
    private final Admin admin;
    private final TopicProvisioner provisioner;

    private ClusterAdmin(ClusterLayout layout, Admin admin) {
        this.layout = layout;
        this.admin = admin;
        this.provisioner = new TopicProvisioner(admin);
    }

    /** Makes the client; nobody is asked yet. @throws io.sluice.cli.CommandFailure where a file is missing or unusable */
    public static ClusterAdmin connect(SluiceConfig config) {
        new Needed()
                .pem("cluster.keystore", config.cluster().keystore())
                .pem("kafka.trust", config.kafka().trust())
                .require();
        Map<String, Object> client = config.kafka().client(config.cluster().keystore());
        client.put("default.api.timeout.ms", ANSWER_LIMIT_MS);
        client.put("request.timeout.ms", ANSWER_LIMIT_MS / 3);
        Needed.usable("cluster.keystore", client);
        return new ClusterAdmin(config.layout(), Admin.create(client));
    }

    /** Makes the topics that are missing; their names. */
    public List<String> createTopics() {
        return provisioner.createMissingTopics(layout.fixedTopics());
    }

    /** Adds the grants that are missing; how many. */
    public int createGrants() {
        return provisioner.createMissingGrants(layout);
    }

    /** Every deviation from the plan. */
    public List<Finding> check() {
        List<Finding> findings = new ArrayList<>(provisioner.checkFeatures());
        findings.addAll(provisioner.checkTopics(layout.fixedTopics()));
        findings.addAll(provisioner.checkReleased(layout));
        findings.addAll(provisioner.checkGrants(layout));
        return List.copyOf(findings);
    }

    @Override
    public void close() {
        admin.close();
    }
}
