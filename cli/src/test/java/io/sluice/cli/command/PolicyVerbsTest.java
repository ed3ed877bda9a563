package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.e2e.Rulebooks;
import io.sluice.cli.policy.AlteredBundle;
import io.sluice.policies.sign.KeyFile;
import io.sluice.policies.sign.KeyUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The officers' verbs as far as they need no Kafka, and what they say of files that they do not take. */
class PolicyVerbsTest {
    private static final String FILES = "\npolicy: {bundleKey: signer.key.pem, trustRoot: trust-root.json}";
    private static final String[] TIMES = {"--not-before", "2026-01-01T00:00:00Z", "--expires", "2036-01-01T00:00:00Z"};

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static OfficersDesk desk;

    @BeforeAll
    static void aBundleIsBuilt() {
        desk = OfficersDesk.set(folder, "tenant: dev" + FILES, 2);
        desk.done(build("one.tar.gz", "1"));
    }

    private static String[] build(String name, String revision) {
        return new String[] {
            "build", "--revision", revision, TIMES[0], TIMES[1], TIMES[2], TIMES[3], "--out", desk.path(name)
        };
    }

    @Test
    void theSameRulebookAndTimesGiveTheSameBytes() throws IOException {
        Invocation again = desk.policy(with(build("again.tar.gz", "1"), "-o", "json"));

        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out())
                .contains(
                        "\"revision\":1",
                        "\"tenant\":\"dev\"",
                        "\"expires\":\"2036-01-01T00:00:00Z\"",
                        "\"digest\":\"");
        assertThat(Files.readAllBytes(folder.resolve("again.tar.gz")))
                .isEqualTo(Files.readAllBytes(folder.resolve("one.tar.gz")));
    }

    @Test
    void anOutputFileThatExistsStaysAsItIs() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("one.tar.gz"));

        Invocation run = desk.policy(build("one.tar.gz", "2"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("one.tar.gz exists already");
        assertThat(Files.readAllBytes(folder.resolve("one.tar.gz"))).isEqualTo(before);
        for (String use : new String[] {"officer", "bundle"}) {
            assertThat(desk.policy("keygen", use, "--out", desk.path("ada")).err())
                    .contains("ada.key.pem exists already");
        }
        assertThat(desk.policy(
                                "trust",
                                "--bundle-key",
                                desk.path("signer.pub.pem"),
                                "--officer",
                                "ada=" + desk.path("ada.pub.pem"),
                                "--alone")
                        .err())
                .contains("trust-root.json exists already");
    }

    @Test
    void keysHaveMode600AndOneThatOthersReadIsRefused() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ada.key.pem"))))
                .isEqualTo("rw-------");
        Path open = Files.copy(folder.resolve("ada.key.pem"), folder.resolve("open.key.pem"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        Invocation run = approve("one.tar.gz", "open.key.pem", "open.json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("run: chmod 600 " + open);
        assertThat(folder.resolve("open.json")).doesNotExist();
    }

    @Test
    void approvalsAreCollectedAndAnOfficerCountsOnce() throws IOException {
        Invocation ada = approve("one.tar.gz", "ada.key.pem", "collected.json");
        assertThat(ada.code()).as(ada.err()).isZero();
        assertThat(ada.out())
                .contains("Revision 1 of tenant dev", "2026-01-01T00:00:00Z until 2036-01-01T00:00:00Z")
                .contains("care", "research", "marketing", "1 of 2 approvals: ada");
        byte[] one = Files.readAllBytes(folder.resolve("collected.json"));

        Invocation twice = approve("one.tar.gz", "ada.key.pem", "collected.json");
        assertThat(twice.out()).contains("ada has approved it before", "1 of 2 approvals: ada");
        assertThat(Files.readAllBytes(folder.resolve("collected.json"))).isEqualTo(one);

        assertThat(approve("one.tar.gz", "grace.key.pem", "collected.json").out())
                .contains("2 of 2 approvals: ada, grace", "Next: ./sluice policy activate");
    }

    /** Before the first revision all was closed, so that it takes the dpo; who wrote it stands in the bundle. */
    @Test
    void anApprovalShowsWhatOpensWhoWroteItAndWhoIsMissing() {
        desk.done(with(build("written.tar.gz", "9"), "--author", desk.path("ada.key.pem")));

        Invocation ada = approve("written.tar.gz", "ada.key.pem", "written.json");

        assertThat(ada.out())
                .contains("Written by ada.", "Opens of special categories (in force: no revision, so that all counts):")
                .contains(
                        "It cannot be activated yet: it has 1 of 2 approvals that it needs; its author, ada, cannot be"
                                + " the only one who approves it; it opens a special category, so that an officer of the role"
                                + " dpo has to approve it: grace.");
        assertThat(desk.policy(with(build("forged.tar.gz", "9"), "--author", desk.path("signer.key.pem")))
                        .err())
                .contains("signer.key.pem");
        assertThat(folder.resolve("forged.tar.gz")).doesNotExist();
    }

    @Test
    void aDifferenceIsOneOfMeaningAndNamesWhatOpens() throws IOException {
        Path rulebook = Rulebooks.copy(folder.resolve("other"));
        Path protection = rulebook.resolve("protections/research-fhir.yaml");
        Files.writeString(
                protection,
                Files.readString(protection).replace("demographic.ethnic-origin: keep", "# said otherwise"));

        Invocation opens = desk.policy("diff", rulebook.toString(), desk.path("one.tar.gz"));
        assertThat(opens.code()).as(opens.err()).isZero();
        assertThat(opens.out())
                .contains("fhir-patient for research: release\n", "  when st-elsewhere for ")
                .contains("closed -> keep, SPECIAL CATEGORY (demographic.ethnic-origin)")
                .contains("Files: protections/research-fhir changed.")
                .contains("an officer of the role dpo has to approve it")
                .doesNotContain("for care", "for billing");
        Invocation alike = desk.policy("diff", desk.path("one.tar.gz"), desk.path("one.tar.gz"), "-o", "json");
        assertThat(alike.out()).contains("{\"decidesAlike\":true,\"views\":[],\"tables\":[],\"opensSpecial\":[]}");
        assertThat(desk.policy("diff", desk.path("absent"), desk.path("one.tar.gz"))
                        .err())
                .contains("absent is no revision, bundle or folder; name active, a revision's number");
    }

    @Test
    void aTrustRootOfOneOfficerHasToSayThatItIsForDevelopment() {
        String[] one = {
            "trust",
            "--bundle-key",
            desk.path("signer.pub.pem"),
            "--officer",
            "ada=" + desk.path("ada.pub.pem"),
            "--out",
            desk.path("alone.json")
        };
        assertThat(desk.policy(one).err()).contains("name two officers at least", "--alone for development");
        assertThat(desk.policy(with(one, "--dpo", "eve", "--officer", "grace=" + desk.path("grace.pub.pem")))
                        .err())
                .contains("--dpo names one of the officers: ada, grace");
        assertThat(folder.resolve("alone.json")).doesNotExist();
        assertThat(desk.done(with(one, "--alone")).out()).contains("1 of ada, alone: for development only");
    }

    @Test
    void theApprovalsOfAnotherBundleAreNotAddedTo() throws IOException {
        desk.done(build("two.tar.gz", "2"));
        approve("one.tar.gz", "ada.key.pem", "ones.json");
        byte[] before = Files.readAllBytes(folder.resolve("ones.json"));

        Invocation run = approve("two.tar.gz", "ada.key.pem", "ones.json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("ones.json approves the bundle ");
        assertThat(Files.readAllBytes(folder.resolve("ones.json"))).isEqualTo(before);
    }

    @Test
    void aStrangersKeyApprovesNothing() {
        desk.done("keygen", "officer", "--out", desk.path("mallory"));

        Invocation run = approve("one.tar.gz", "mallory.key.pem", "mallory.json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("is the key of no officer who may approve: ada, grace (the trust root says so)");
        assertThat(folder.resolve("mallory.json")).doesNotExist();
    }

    @Test
    void anAlteredOrTruncatedBundleIsNotShownForApproval() throws IOException {
        byte[] archive = Files.readAllBytes(folder.resolve("one.tar.gz"));
        Files.write(folder.resolve("altered.tar.gz"), AlteredBundle.of(archive));
        Files.write(folder.resolve("short.tar.gz"), java.util.Arrays.copyOf(archive, archive.length / 2));
        Files.writeString(folder.resolve("text.tar.gz"), "no archive");

        assertThat(approve("altered.tar.gz", "ada.key.pem", "x.json").err())
                .contains("its file data.json is not what was signed");
        assertThat(approve("short.tar.gz", "ada.key.pem", "x.json").code()).isEqualTo(1);
        assertThat(approve("text.tar.gz", "ada.key.pem", "x.json").err()).contains("no gzipped tar");
        assertThat(approve("none.tar.gz", "ada.key.pem", "x.json").err()).contains("none.tar.gz does not exist");
        assertThat(folder.resolve("x.json")).doesNotExist();
    }

    @Test
    void anExpiredBundleIsNotApproved() {
        desk.done(
                "build",
                "--revision",
                "4",
                "--not-before",
                "2025-01-01T00:00:00Z",
                "--valid-for",
                "1d",
                "--out",
                desk.path("old.tar.gz"));

        assertThat(approve("old.tar.gz", "ada.key.pem", "old.json").err()).contains("expired at 2025-01-02T00:00:00Z");
    }

    @Test
    void aKeyThatTheTrustRootDoesNotNameSignsNoBundle() {
        desk.done("keygen", "bundle", "--out", desk.path("other"));
        assertThat(KeyFile.readPublic(folder.resolve("other.pub.pem"), KeyUse.BUNDLE))
                .isInstanceOf(ECPublicKey.class);

        Invocation run = desk.policy(with(build("other.tar.gz", "1"), "--key", desk.path("other.key.pem")));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("signed with a key that is not trusted");
        assertThat(folder.resolve("other.tar.gz")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada.key.pem", "signer.pub.pem", "sluice.yaml", "absent.pem", ""})
    void whatIsNoBundleKeyIsRefusedByName(String name) {
        Invocation run = desk.policy(with(build("never.tar.gz", "1"), "--key", desk.path(name)));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(desk.path(name)).doesNotContain("\tat ");
        assertThat(folder.resolve("never.tar.gz")).doesNotExist();
    }

    @Test
    void theTrustRootOfAnotherTenantIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        OfficersDesk prod = new OfficersDesk(elsewhere, "tenant: prod" + FILES);
        Files.copy(folder.resolve("trust-root.json"), elsewhere.resolve("trust-root.json"));

        Invocation run =
                prod.policy("approve", desk.path("one.tar.gz"), "--key", desk.path("ada.key.pem"), "--offline");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("is the trust root of tenant dev, and the setting tenant says prod");
    }

    @Test
    void aTrustRootNamesEachOfficerOnceAndAsManyAsItAsksFor() {
        Invocation shared = desk.policy(trust("t1.json", "grace=" + desk.path("ada.pub.pem"), "1"));
        Invocation tooMany = desk.policy(trust("t2.json", "grace=" + desk.path("grace.pub.pem"), "3"));
        Invocation privateKey = desk.policy(trust("t3.json", "grace=" + desk.path("grace.key.pem"), "1"));

        assertThat(shared.code()).isEqualTo(2);
        assertThat(shared.err()).contains("has the key of another officer");
        assertThat(tooMany.code()).isEqualTo(2);
        assertThat(tooMany.err()).contains("--required must be 1 to the number of officers, 2");
        assertThat(privateKey.err()).contains("grace.key.pem holds no \"PUBLIC KEY\"");
        assertThat(folder.resolve("t1.json")).doesNotExist();
    }

    private static String[] trust(String out, String officer, String required) {
        return new String[] {
            "trust",
            "--bundle-key",
            desk.path("signer.pub.pem"),
            "--officer",
            "ada=" + desk.path("ada.pub.pem"),
            "--officer",
            officer,
            "--required",
            required,
            "--out",
            desk.path(out)
        };
    }

    @Test
    void timesThatMakeNoSenseAreUsageErrors() {
        for (String[] times : new String[][] {
            {"--not-before", "2026-01-01T00:00:00Z", "--expires", "2026-01-01T00:00:00Z"},
            {"--not-before", "2026-01-01T00:00:00.5Z"},
            {"--expires", "2036-01-01T00:00:00Z", "--valid-for", "1d"},
            {"--valid-for", "30"},
            {"--revision", "0"}
        }) {
            Invocation run = desk.policy(with(new String[] {"build", "--out", desk.path("no.tar.gz")}, times));
            assertThat(run.code()).as(String.join(" ", times)).isEqualTo(2);
            assertThat(folder.resolve("no.tar.gz")).doesNotExist();
        }
    }

    @Test
    void aBrokenRulebookIsReportedByFileAndLine() throws IOException {
        Path rulebook = Files.createDirectories(folder.resolve("broken"));
        Files.writeString(rulebook.resolve("classes.yaml"), "clases: []\n");

        Invocation run = desk.policy(with(build("broken.tar.gz", "1"), "--rulebook", rulebook.toString()));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("classes.yaml:1:");
        assertThat(folder.resolve("broken.tar.gz")).doesNotExist();
    }

    @Test
    void withoutKafkaTheRevisionHasToBeNamed() {
        Invocation run = desk.policy("build", "--out", desk.path("unnumbered.tar.gz"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("name it with --revision N", "policy.keystore");
    }

    @Test
    void anActivationNeedsApprovals() {
        Invocation run = desk.policy(
                "activate",
                desk.path("one.tar.gz"),
                "--key",
                desk.path("ada.key.pem"),
                "--approvals",
                desk.path("absent.json"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("absent.json does not exist", "policy approve");
    }

    @Test
    void aShareOutOfRangeAndTwoMannersAtOnceAreUsageErrors() {
        for (String share : List.of("0%", "100%", "0.001%", "5", "-5%", "0.00%", "5 %", "")) {
            Invocation run = desk.policy(
                    "activate", desk.path("one.tar.gz"), "--key", desk.path("ada.key.pem"), "--canary", share);
            assertThat(run.code()).as(share).isEqualTo(2);
            assertThat(run.err()).contains("from 0.01% to 99.99%", "not '" + share + "'");
        }
        assertUsage("exclude each other", desk.path("one.tar.gz"), "--canary", "5%", "--floor");
        assertUsage("takes --key alone", desk.path("one.tar.gz"), "--end-canary");
        assertUsage("takes --key alone", "--end-canary", "--floor");
        assertUsage("are for a canary", desk.path("one.tar.gz"), "--return-at", "5%");
        assertUsage("are for a canary", "--end-canary", "--return-after", "5");
        assertUsage("from 0% to 99.99%", desk.path("one.tar.gz"), "--canary", "5%", "--return-at", "100%");
        assertUsage("1 to 1,000,000,000 records", desk.path("one.tar.gz"), "--canary", "5%", "--return-after", "0");
        assertUsage("Name the BUNDLE");
    }

    private static void assertUsage(String message, String... arguments) {
        List<String> line = new ArrayList<>(List.of("activate", "--key", desk.path("ada.key.pem")));
        line.addAll(List.of(arguments));
        Invocation run = desk.policy(line.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    private static Invocation approve(String bundle, String key, String approvals) {
        return desk.policy(
                "approve",
                desk.path(bundle),
                "--key",
                desk.path(key),
                "--approvals",
                desk.path(approvals),
                "--offline");
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }
}
