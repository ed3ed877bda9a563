package io.sluice.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sluice.cli.policy.Activator;
import io.sluice.core.event.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The table of rooms of ARCHITECTURE.md: who may depend on whom. Think hard about the layering before you change this file. */
class LayeringTest {
    private static final String KAFKA = "org.apache.kafka..";
    private static final String FLINK = "org.apache.flink..";
    private static final String VERTX = "io.vertx..";

    private static final JavaClasses SLUICE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sluice");

    @Test
    void coreIsPure() {
        classes()
                .that()
                .resideInAPackage("io.sluice.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.core..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.nio..",
                        "java.io..",
                        "java.security..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.core.event..", "io.sluice.core.rulebook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.core.decision..", "io.sluice.core.audit..")
                .check(SLUICE);
    }

    /** Producers take it into their programs. */
    @Test
    void theClientIsNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("io.sluice.client..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.sluice.client..", "java..", "javax.net.ssl..", "org.jspecify..")
                .check(SLUICE);
    }

    @Test
    void policiesTouchNoPayloadAndNoKey() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.policies..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        KAFKA,
                        FLINK,
                        VERTX,
                        "javax.crypto..")
                .check(SLUICE);
    }

    @Test
    void protectionPerformsAndNeverDecides() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.protection..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.policies..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        KAFKA,
                        FLINK,
                        VERTX)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.protection.crypto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.core.event..",
                        "io.sluice.core.decision..",
                        "io.sluice.core.rulebook..",
                        "io.sluice.core.audit..")
                .check(SLUICE);
    }

    /** Beside it the development certificates, and the signature of bundles, which the JDK cannot make alike twice. */
    @Test
    void onlyTheCryptoPackageTouchesCiphers() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice..")
                .and()
                .resideOutsideOfPackages(
                        "io.sluice.protection.crypto..", "io.sluice.certs..", "io.sluice.policies.sign..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.crypto..", "com.google.crypto.tink..", "org.bouncycastle.crypto..")
                .check(SLUICE);
    }

    @Test
    void theGatewaySealsAndCannotOpenFields() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection.crypto..",
                        "io.sluice.protection.keys..",
                        "io.sluice.protection.keytree..",
                        "io.sluice.protection.transform..",
                        "io.sluice.protection.text..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        FLINK)
                .check(SLUICE);
    }

    @Test
    void servingRoomsShareNoKeyAndNoPayload() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.serving..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        "io.sluice.reveal..",
                        FLINK)
                .check(SLUICE);
    }

    @Test
    void theWayBackIsNotOnTheRecordsPath() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.reveal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection.seal..",
                        "io.sluice.protection.text..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        FLINK)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.gateway..", "io.sluice.jobs..", "io.sluice.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.reveal..")
                .check(SLUICE);
    }

    @Test
    void theJobsKnowNoHttpAndNoLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.jobs..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.gateway..", "io.sluice.audit..", "io.sluice.serving..", VERTX)
                .check(SLUICE);
    }

    @Test
    void theAuditRoomHasNoDataKeys() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection.crypto..",
                        "io.sluice.protection.keys..",
                        "io.sluice.protection.keytree..",
                        "io.sluice.protection.transform..",
                        "io.sluice.protection.text..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        FLINK)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.audit.verify..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(KAFKA, VERTX, "io.sluice.policies..", "io.sluice.protection..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.audit.merkle..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.core..", KAFKA, VERTX)
                .check(SLUICE);
    }

    @Test
    void theCustodianHoldsKeysAndSeesNoPayload() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.custodian..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.protection.transform..",
                        "io.sluice.protection.text..",
                        "io.sluice.policies..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        FLINK,
                        VERTX)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.protection..", "io.sluice.gateway..", "io.sluice.jobs..", "io.sluice.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.custodian..")
                .check(SLUICE);
    }

    @Test
    void theAdministratorsRoomKnowsTopicsAndGrantsOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.cluster..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.core.audit..",
                        "io.sluice.policies..",
                        "io.sluice.protection..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        FLINK,
                        VERTX)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        "io.sluice.custodian..",
                        "io.sluice.policies..",
                        "io.sluice.serving..",
                        "io.sluice.reveal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.cluster..")
                .because("a room checks what it needs under its own grants; it makes no topics and no grants")
                .check(SLUICE);
    }

    @Test
    void developmentRoomsStayOutOfProduction() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.core..",
                        "io.sluice.policies..",
                        "io.sluice.protection..",
                        "io.sluice.cluster..",
                        "io.sluice.gateway..",
                        "io.sluice.jobs..",
                        "io.sluice.audit..",
                        "io.sluice.custodian..",
                        "io.sluice.serving..",
                        "io.sluice.reveal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.certs..", "io.sluice.kafkadev..", "io.sluice.postgresdev..", "io.sluice.cli..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.cli.room..",
                        "io.sluice.cli.config..",
                        "io.sluice.cli.policy..",
                        "io.sluice.cli.quarantine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.certs..", "io.sluice.kafkadev..")
                .because("operators run these against their own cluster and certificates")
                .check(SLUICE);
    }

    /** Entries cite bundles for as long as there are entries (P5). */
    @Test
    void nothingDeletesABundle() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.benchmarks..")
                .should()
                .callMethodWhere(target(nameMatching("deleteTopics|deleteRecords")))
                .check(SLUICE);
        classes()
                .that(DescribedPredicate.describe(
                        "name policy.bundles and write records",
                        room -> calls(room, Topics.class.getName(), "bundles")
                                && calls(room, ProducerRecord.class.getName(), "<init>")))
                .should()
                .be(Activator.class)
                .orShould()
                .haveFullyQualifiedName("io.sluice.jobs.canary.CanaryReturn")
                .because(
                        "they write what has a value and nothing else; a record without one would delete what it names")
                .check(SLUICE);
        noClasses()
                .that()
                .haveSimpleName("PolicyArchive")
                .or()
                .haveSimpleName("ArchiveLoop")
                .should()
                .callMethodWhere(target(nameMatching("delete|deleteIfExists|deleteOnExit")))
                .check(SLUICE);
    }

    private static boolean calls(JavaClass room, String owner, String method) {
        return room.getCodeUnitCallsFromSelf().stream()
                .anyMatch(call -> call.getTarget().getOwner().getName().equals(owner)
                        && call.getTarget().getName().equals(method));
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("io.sluice.(*)..").should().beFreeOfCycles().check(SLUICE);
    }
}
