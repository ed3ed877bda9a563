package io.sluice.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.e2e.Rulebooks;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.PolicyTopic;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.event.Topics;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.load.RulebookInvalidException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo's desk makes of edits: a good one is in force with its recipients' topics, a broken one changes nothing. */
class PolicyDeskIT {
    @Test
    void editsAreActivatedOrReportedAndChangeNothing(@TempDir Path temporary) throws Exception {
        Path rulebook = Rulebooks.copy(temporary.resolve("rulebook"));
        PkiFiles pki = DevPki.openOrCreate(temporary.resolve("certs"), Clock.systemUTC());
        ClusterLayout layout = new ClusterLayout(new Topics("desk", 1), ClusterSizing.DEVELOPMENT);
        try (StackFolder folder = StackFolder.claim(temporary.resolve("stack"));
                DevBroker broker = DevBroker.start(DevBrokerConfig.of(temporary.resolve("kafka"), pki));
                Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            new TopicProvisioner(admin).provision(layout, List.of());
            DevSigners signers = DevSigners.open(folder, pki, "desk");
            OfficerKafka kafka = new OfficerKafka(broker.clientSettings(DevIdentity.OFFICER), layout);
            PolicyDesk desk = new PolicyDesk(rulebook, signers, kafka, Clock.systemUTC());

            assertThat(desk.activate().orElseThrow().number()).isEqualTo(1);
            assertThat(desk.activate()).as("nothing was edited").isEmpty();

            Path care = rulebook.resolve("recipients/care.yaml");
            String before = Files.readString(care);
            Files.writeString(care, before.replace("purpose: treatment", "purpose: tretment"));
            assertThatThrownBy(desk::activate)
                    .isInstanceOf(RulebookInvalidException.class)
                    .hasMessageContaining("recipients/care.yaml:3:")
                    .hasMessageContaining("did you mean 'treatment'?");
            Files.writeString(care, before);
            assertThat(desk.activate()).as("the edit was taken back").isEmpty();

            Files.writeString(
                    rulebook.resolve("recipients/clinic.yaml"), before.replace("recipient: care", "recipient: clinic"));
            assertThat(desk.activate().orElseThrow().revision()).isEqualTo(2);
            assertThat(admin.listTopics().names().get()).contains("desk.released.care", "desk.released.clinic");

            PolicyDesk later = new PolicyDesk(rulebook, signers, kafka, Clock.systemUTC());
            assertThat(later.newest().orElseThrow().number())
                    .as("a second start goes on")
                    .isEqualTo(2);
            assertThat(later.activate()).isEmpty();
            assertThat(PolicyTopic.written(kafka, 2)).isAfterOrEqualTo(PolicyTopic.written(kafka, 1));
            assertThatThrownBy(() -> PolicyTopic.written(kafka, 3)).hasMessageContaining("holds no activation 3");
        }
    }
}
