package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.DeliverSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.jobs.deliver.Destination;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import io.sluice.jobs.postgres.DeliveryCheck;
import io.sluice.jobs.postgres.DeliveryTally;
import io.sluice.jobs.postgres.PostgresConfig;
import io.sluice.jobs.postgres.PostgresException;
import io.sluice.jobs.postgres.PostgresTables;
import io.sluice.jobs.released.Recipients;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Where a deployment's views are delivered to, and what is asked about it beside the job itself. */
public final class Deliveries {
    private final SluiceConfig config;
    private final ClientSettings kafka;

    private Deliveries(SluiceConfig config, ClientSettings kafka) {
        this.config = config;
        this.kafka = kafka;
    }

    /** Looks at the files that are needed; nobody is asked yet. @throws CommandFailure naming the setting at fault */
    public static Deliveries of(SluiceConfig config) {
        DeliverSection settings = config.deliver();
        Needed needed = new Needed()
                .pem("deliver.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust());
        if (settings.toPostgresql()) {
            needed.file(
                    "deliver.postgresql.passwordFile",
                    settings.postgresql().passwordFile(),
                    "write the password of the role deliver.postgresql.user into it, mode 600");
            if (settings.postgresql().tls()) {
                needed.pem("deliver.postgresql.trust", settings.postgresql().trust());
            }
        }
        needed.require();
        Map<String, Object> client = config.kafka().client(settings.keystore());
        Needed.usable("deliver.keystore", client);
        return new Deliveries(config, ClientSettings.of(client));
    }

    ClientSettings kafka() {
        return kafka;
    }

    /** Makes sure of the tables that there must be. @throws CommandFailure where that cannot be done, with the reason */
    Destination destination() {
        DeliverSection settings = config.deliver();
        if (!settings.toPostgresql()) {
            return Destination.Files.in(settings.folder());
        }
        PostgresConfig postgres = postgres();
        List<String> recipients = recipients();
        UUID database = asking(() -> {
            try {
                return PostgresTables.prepare(postgres, recipients);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("Interrupted while waiting for PostgreSQL", e);
            }
        });
        return new Destination.Postgres(postgres, database);
    }

    /** Compares topics with tables. @throws CommandFailure where one of them cannot be read */
    public List<DeliveryTally> check() {
        PostgresConfig postgres = postgres();
        List<String> recipients = withTopic();
        return asking(() -> {
            try (DeliveryCheck check = new DeliveryCheck(postgres, kafka)) {
                return check.run(recipients);
            }
        });
    }

    /** The statements that make the tables. @throws CommandFailure where Kafka must be asked whose and does not answer */
    public List<String> ddl() {
        return PostgresTables.ddl(postgres(), recipients());
    }

    /** Those of the setting, or all that have a topic. */
    private List<String> recipients() {
        List<String> named = config.deliver().recipients();
        return named.isEmpty() ? withTopic() : named;
    }

    private List<String> withTopic() {
        List<String> named = config.deliver().recipients();
        return asking(() -> Recipients.withTopic(kafka, config.tenant(), named));
    }

    private PostgresConfig postgres() {
        if (!config.deliver().toPostgresql()) {
            throw new CommandFailure("deliver.to is " + config.deliver().to()
                    + ": there are no tables. Set deliver.to to " + DeliverSection.POSTGRESQL
                    + " to deliver to PostgreSQL");
        }
        return config.deliver().postgresql().settings(config.tenant());
    }

    private <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (PostgresException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()) + " [deliver.postgresql]", e);
        } catch (KafkaUnavailableException e) {
            throw new CommandFailure(
                    "Kafka at " + config.kafka().bootstrap() + " cannot be asked (kafka.bootstrap)", e);
        }
    }
}
