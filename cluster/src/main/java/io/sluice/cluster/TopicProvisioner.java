package io.sluice.cluster;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Envelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes what a cluster lacks of its description, and reports what deviates. It never changes or deletes what exists:
 * a setting that somebody changed is a finding, because turning it back is a decision too.
 *
 * <p>The checks of topics need DESCRIBE and DESCRIBE_CONFIGS of them, which rooms have of their own topics; making fixed
 * topics and grants, and checking grants, needs a super user. Every request waits at most {@link #REQUEST_LIMIT}.
 * Thread-safe; the caller closes the client. Fails with {@link ClusterException}.
 */
public final class TopicProvisioner {
    /** How long one administrative request may take. */
    public static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);

    private static final Duration PROPAGATION_POLL = Duration.ofMillis(20);

    /** The finalized feature that numbers transactions (KIP-890); without it an old producer's writes can be torn. */
    private static final String TRANSACTIONS = "transaction.version";

    private static final short NUMBERED_TRANSACTIONS = 2;

    private final Admin admin;
    private final AdminRequests requests = new AdminRequests(REQUEST_LIMIT);

    /** Uses a client that stays the caller's. */
    public TopicProvisioner(Admin admin) {
        this.admin = admin;
    }

    /** Makes all of a deployment that is missing, then checks all of it. */
    public List<Finding> provision(ClusterLayout layout, Collection<TopicSpec> released) {
        List<TopicSpec> topics = new ArrayList<>(layout.fixedTopics());
        topics.addAll(released);
        createMissingTopics(topics);
        createMissingGrants(layout);
        List<Finding> findings = new ArrayList<>(checkFeatures());
        findings.addAll(checkTopics(topics));
        findings.addAll(checkGrants(layout));
        return List.copyOf(findings);
    }

    /** Makes the topics that do not exist and returns their names; another's simultaneous making is no error. */
    public List<String> createMissingTopics(Collection<TopicSpec> specs) {
        Set<String> existing = describe(specs).keySet();
        List<NewTopic> missing = specs.stream()
                .filter(spec -> !existing.contains(spec.name()))
                .map(spec ->
                        new NewTopic(spec.name(), spec.partitions(), spec.replicationFactor()).configs(spec.settings()))
                .toList();
        List<String> made = new ArrayList<>();
        admin.createTopics(missing).values().forEach((name, answer) -> {
            if (!failedWith(TopicExistsException.class, "create the topic " + name, answer)) {
                made.add(name);
            }
        });
        if (!made.isEmpty()) {
            awaitBrokers(() -> describe(specs).size() == specs.size());
        }
        return List.copyOf(made);
    }

    /** Waits until the brokers see what the controller accepted, bounded; what is missing then is a finding of the check. */
    private static void awaitBrokers(BooleanSupplier seen) {
        long deadline = System.nanoTime() + REQUEST_LIMIT.toNanos();
        while (!seen.getAsBoolean()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PROPAGATION_POLL.toNanos());
        }
    }

    /** Adds the grants that are missing and returns how many access control entries that took. */
    public int createMissingGrants(ClusterLayout layout) {
        Set<AclBinding> missing = table(layout).missing(bindings());
        if (!missing.isEmpty()) {
            requests.await("add grants", admin.createAcls(missing).all());
            // The controller has them; a broker that has not heard of them yet would refuse the rooms, and the check.
            awaitBrokers(() -> table(layout).missing(bindings()).isEmpty());
        }
        return missing.size();
    }

    /** Compares topics with their descriptions. */
    public List<Finding> checkTopics(Collection<TopicSpec> specs) {
        Map<String, TopicDescription> topics = describe(specs);
        Map<ConfigResource, Config> configs = requests.await(
                "read the settings of topics",
                admin.describeConfigs(topics.keySet().stream()
                                .map(TopicProvisioner::resource)
                                .toList())
                        .all());
        List<Finding> findings = new ArrayList<>();
        for (TopicSpec spec : specs) {
            TopicDescription topic = topics.get(spec.name());
            Config config = configs.get(resource(spec.name()));
            if (topic == null || config == null) {
                findings.add(new Finding(Finding.Kind.TOPIC_MISSING, spec.name(), "present", "absent"));
            } else {
                findings.addAll(compare(spec, topic, config));
            }
        }
        return List.copyOf(findings);
    }

    private static List<Finding> compare(TopicSpec spec, TopicDescription topic, Config config) {
        int replicas = topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        Map<String, String> settings = new TreeMap<>();
        config.entries().forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value())));
        return spec.compare(topic.partitions().size(), replicas, settings);
    }

    /**
     * Compares recipients' topics that exist. Only the policy knows whose views have an exact time, so a topic may be as
     * either kind must be.
     */
    public List<Finding> checkReleased(ClusterLayout layout) {
        List<Finding> findings = new ArrayList<>();
        requests.await("list topics", admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(layout.topics().releasedPrefix()))
                .sorted()
                .forEach(name -> {
                    List<Finding> exact = checkTopics(List.of(released(layout, name, Envelope.Time.KEEP)));
                    List<Finding> coarse = checkTopics(List.of(released(layout, name, Envelope.Time.YEAR)));
                    findings.addAll(exact.size() <= coarse.size() ? exact : coarse);
                });
        return List.copyOf(findings);
    }

    /** By the name that stands on the cluster, which need not be one that a policy could give. */
    private static TopicSpec released(ClusterLayout layout, String name, Envelope.Time time) {
        TopicSpec any = layout.released("any", time);
        return new TopicSpec(name, any.partitions(), any.replicationFactor(), any.settings());
    }

    /** Reports grants that are missing, and those that let a room, or anybody near Sluice's topics, do more. */
    public List<Finding> checkGrants(ClusterLayout layout) {
        return List.copyOf(table(layout).compare(bindings()));
    }

    /** Reports a cluster whose transactions are not numbered. */
    public List<Finding> checkFeatures() {
        FinalizedVersionRange transactions = requests.await(
                        "read the cluster's features", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(TRANSACTIONS);
        int level = transactions == null ? 0 : transactions.maxVersionLevel();
        return level >= NUMBERED_TRANSACTIONS
                ? List.of()
                : List.of(new Finding(
                        Finding.Kind.FEATURE, TRANSACTIONS, "at least " + NUMBERED_TRANSACTIONS, "" + level));
    }

    private Map<String, TopicDescription> describe(Collection<TopicSpec> specs) {
        Set<String> existing = requests.await("list topics", admin.listTopics().names());
        List<String> names =
                specs.stream().map(TopicSpec::name).filter(existing::contains).toList();
        return requests.await("describe topics", admin.describeTopics(names).allTopicNames());
    }

    private Collection<AclBinding> bindings() {
        return requests.await(
                "read grants", admin.describeAcls(AclBindingFilter.ANY).values());
    }

    private boolean failedWith(Class<? extends Exception> expected, String what, KafkaFuture<Void> answer) {
        try {
            requests.await(what, answer);
            return false;
        } catch (ClusterException e) {
            if (expected.isInstance(e.getCause())) {
                return true;
            }
            throw e;
        }
    }

    private static GrantTable table(ClusterLayout layout) {
        return new GrantTable(layout.topics().tenant(), layout.grants());
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
