package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script, in the shells that it is for. */
class CompletionTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void write() throws IOException {
        Invocation printed = Invocation.of("completion", "bash");
        assertThat(printed.code()).as(printed.err()).isZero();
        assertThat(Invocation.of("completion", "zsh").out()).isEqualTo(printed.out());
        Files.writeString(folder.resolve("sluice.completion"), printed.out());
    }

    /** What bash offers where the last word is being typed. */
    @ParameterizedTest
    @CsvSource(textBlock = """
        ./sluice aud,                    audit
        ./sluice audit ve,               verify
        ./sluice policy a,               activate approve
        ./sluice audit query --rec,      --recipient
        sluice audit query --disposition w, withhold
        ./sluice config -o j,            json
        ./sluice policy keygen off,      officer
        ./sluice completion z,           zsh
        """)
    void bashCompletes(String typed, String offered) throws Exception {
        String[] words = typed.split(" ");

        String replies = run("bash", "-c", """
            source %s/sluice.completion
            complete -p sluice >/dev/null || exit 1
            compopt() { :; } # only while a completion runs
            COMP_WORDS=(%s) COMP_CWORD=%d COMP_LINE='%s'
            _complete_sluice
            printf '%%s\\n' "${COMPREPLY[@]}" | sort -f | xargs
            """.formatted(folder, typed, words.length - 1, typed));

        assertThat(replies.strip().split(" ")).containsExactlyInAnyOrder(offered.split(" "));
    }

    @Test
    void zshTakesIt() throws Exception {
        assumeTrue(has("zsh"), "zsh is not on the PATH");

        String completer = run("zsh", "-f", "-c", """
            autoload -U compinit && compinit -u -D
            source %s/sluice.completion
            print -r -- $_comps[sluice]
            """.formatted(folder));

        assertThat(completer).contains("_complete_sluice");
    }

    private static boolean has(String shell) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + shell)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
