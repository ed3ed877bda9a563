package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong: each answer names the thing and the fix, in a line or two, without a stack trace. */
class MistakesTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void files() throws Exception {
        Files.createDirectory(folder.resolve("empty"));
        Files.writeString(folder.resolve("file"), "thesis");
        Files.writeString(folder.resolve("broken.yaml"), "tenant: [");
        Files.writeString(folder.resolve("typo.yaml"), "gateway: {prot: 1}");
        Files.writeString(folder.resolve("good.yaml"), "tenant: acme");
    }

    /** {@code DIR} stands for a folder of its own; an answer's parts are parted by a semicolon. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        2 |                                             | Missing command ; demo, test
        2 | confg                                       | there is no command "confg" ; did you mean config?
        2 | audit verfy                                 | did you mean verify? ; sluice audit --help
        2 | audit                                       | Missing command ; serve, verify, query
        2 | help audi                                   | did you mean audit?
        2 | demo --ones                                 | there is no option --ones ; did you mean --once? ; sluice demo --help
        2 | demo --events many                          | --events ; 'many' is not an int
        2 | demo --events=-5                            | --events is 0 to 1000000, not -5
        2 | demo now                                    | "now" is one argument too many
        2 | config -o xml                               | --output ; [text, json] ; 'xml'
        2 | keys init foo                               | "foo" is none of ingress, fields, audit, custodian
        2 | keys rotate foo x                           | expected one of [ingress, fields]
        2 | keys rotate fields                          | Name a KEY, or --wrapping
        2 | keys rotate fields encrypt.x --wrapping     | --wrapping and KEY exclude each other
        2 | keys rotate fields released-id              | key released-id is never rotated ; encrypt.care
        1 | keys list --config DIR/good.yaml            | keys.ingress cannot be used ; sluice keys init ingress
        2 | policy keygen officer                       | Missing required option: '--out=NAME'
        2 | policy build --out DIR/x --valid-for 3      | --valid-for ; '3' must be a duration with a unit, like 250ms
        2 | policy build --out DIR/x --expires soon     | --expires ; 'soon' is no time ; 2026-03-01T00:00:00Z
        2 | audit query --limit 0                       | --limit is 1 to 1000, not 0
        2 | quarantine list --reason none               | --reason ; "none" is no reason code ; key-unavailable
        2 | quarantine list --limit 0                   | --limit is at least 1, not 0
        2 | quarantine show 42                          | "42" is no position ; events.ingress/1/0/42
        2 | quarantine requeue --why x                  | Name a POSITION, or --all
        2 | quarantine requeue --all                    | Missing required option: '--why=TEXT'
        2 | quarantine requeue --all events.ingress/1/0/4 --why x | --all and POSITION exclude each other
        2 | audit verify https://localhost:1 --cert c   | --cert and --cert-key belong together
        1 | audit verify https://localhost:1            | https://localhost:1/log.vkey ; nothing answers at that address
        2 | subject status                              | Name a subject: --subject, --controller and --scheme, or --ref alone
        2 | subject hold --ref x --reason y             | --ref is a reference like s1_
        2 | subject release --ref x                     | Missing required option: '--why=TEXT'
        2 | subject erase --subject c --controller w --scheme s --chain a --key b --timeout 3 | --timeout ; unit
        1 | subject verify DIR/none --key DIR/file      | DIR/none cannot be read
        1 | audit verify DIR/none                       | DIR/none is no folder ; https address
        1 | audit verify DIR/empty                      | DIR/empty is no log ; neither checkpoint nor log.vkey
        1 | audit verify DIR/empty --key DIR/none       | --key DIR/none cannot be read ; there is no file or folder DIR/none
        1 | audit verify DIR --key DIR/file             | --key DIR/file holds no log's public key ; log.vkey
        2 | audit verify DIR/empty --quorum 1            | --quorum and --max-age need --witness
        1 | audit verify DIR/empty --witness DIR/file    | --witness DIR/file is neither a witness's public key nor a file of them
        2 | audit verify DIR/empty --witness remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2 --quorum 2 | --quorum is 1 to 1, the witnesses that are named, not 2
        1 | audit verify DIR/empty --since DIR/none      | --since DIR/none cannot be read ; there is no file or folder DIR/none
        2 | audit verify --proof DIR/file                | --proof needs --key
        1 | audit proof 1 DIR/empty                      | DIR/empty is no log
        2 | witness keygen                               | Missing required option: '--name=NAME'
        2 | witness keygen --name a+b --out DIR/w.key    | --name a+b ; plus sign
        1 | witness keygen --name w.example --out DIR/file | DIR/file exists already ; never written over
        1 | witness --config DIR/good.yaml               | witness.signingKey: DIR/keys/witness.key does not exist ; sluice witness keygen
        1 | audit query DIR/empty                       | DIR/empty is no log ; log.vkey ; audit.folder
        1 | demo --input DIR/none                       | --input DIR/none ; there is no file or folder DIR/none
        1 | demo --keep DIR/file --events 0             | DIR/file is a file ; name a folder
        1 | policy check --rulebook DIR/none            | The rulebook folder DIR/none cannot be read ; there is no file or folder
        1 | policy trust --bundle-key DIR/none --officer ada=DIR/none --config DIR/good.yaml | DIR/none does not exist ; policy keygen
        1 | certs dev --dir DIR/file/certs              | DIR/file/certs ; DIR/file exists already
        1 | config --config DIR/none.yaml               | DIR/none.yaml cannot be read ; there is no such file
        1 | config --config DIR/empty                   | DIR/empty cannot be read ; it is a folder
        1 | config --config DIR/broken.yaml             | broken.yaml, line 1 ; is not YAML
        1 | config --config DIR/typo.yaml               | gateway.prot ; did you mean gateway.port?
        1 | gateway --config DIR/good.yaml              | gateway.chain: DIR/certs/identities/gateway.crt.pem does not exist ; certs dev
        1 | cluster check --config DIR/good.yaml        | cluster.keystore ; does not exist ; certs dev
        1 | policy status                               | policy.keystore ; There is no sluice.yaml here and --config names none
        1 | policy status --config DIR/good.yaml        | policy.keystore ; certs dev
        """)
    void areAnswered(int code, String arguments, String answer) {
        String[] words = arguments == null ? new String[0] : here(arguments).split(" +");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int ended = SluiceMain.run(
                words,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        String said = err.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isEqualTo(code);
        assertThat(said)
                .startsWith("sluice")
                .contains(here(answer).split(" ; "))
                .doesNotContain("\tat ", "Exception");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private static String here(String text) {
        return text.replace("DIR", folder.toString());
    }
}
