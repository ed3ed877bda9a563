package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Envelope;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** The topics that a revision's recipients need. Made before it is in force, so that no view ever finds its topic missing. */
final class RecipientTopics {
    private RecipientTopics() {}

    /** Makes what is missing and checks all. @throws CommandFailure where a topic cannot be made, or is not as it must be */
    static void provide(OfficerKafka kafka, VerifiedBundle bundle) {
        List<TopicSpec> topics = topics(kafka.layout(), bundle);
        try (Admin admin = Admin.create(kafka.admin())) {
            TopicProvisioner provisioner = new TopicProvisioner(admin);
            provisioner.createMissingTopics(topics);
            List<Finding> findings = provisioner.checkTopics(topics);
            if (!findings.isEmpty()) {
                throw new CommandFailure("A recipient's topic is not as it must be; nothing was activated:\n  "
                        + findings.stream().map(Finding::toString).collect(Collectors.joining("\n  ")));
            }
        } catch (ClusterException e) {
            throw new CommandFailure("The recipients' topics cannot be made and checked; nothing was activated", e);
        }
    }

    /** A recipient's topic, by the coarsest time that any of its views carries. */
    static List<TopicSpec> topics(ClusterLayout layout, VerifiedBundle bundle) {
        return bundle.rulebook().recipients().keySet().stream()
                .map(recipient -> layout.released(recipient, coarsest(bundle, recipient)))
                .toList();
    }

    private static Envelope.Time coarsest(VerifiedBundle bundle, String recipient) {
        Envelope.Time time = Envelope.Time.KEEP;
        for (var rows : bundle.document().path("matrix")) {
            String word = rows.path(recipient).path("envelope").path("time").asText("");
            if (!word.isEmpty()) {
                Envelope.Time found = Envelope.Time.valueOf(word.toUpperCase(Locale.ROOT));
                time = found.compareTo(time) > 0 ? found : time;
            }
        }
        return time;
    }
}
