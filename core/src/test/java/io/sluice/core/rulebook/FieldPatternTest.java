package io.sluice.core.rulebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.rulebook.FieldPattern.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPatternTest {
    @Test
    void parsesEveryKindOfSegment() {
        assertThat(FieldPattern.parse("/address/*/state").segments())
                .containsExactly(new Segment.Literal("address"), new Segment.Any(), new Segment.Literal("state"));
        assertThat(FieldPattern.parse("/value[x]").segments()).containsExactly(new Segment.Choice("value"));
        assertThat(FieldPattern.parse("/identifier/[type.coding.code=SS]/value")
                        .segments()
                        .get(1))
                .isEqualTo(new Segment.Predicate(List.of("type", "coding", "code"), false, "SS"));
        assertThat(FieldPattern.parse("/a~1b/c~0d").segments())
                .containsExactly(new Segment.Literal("a/b"), new Segment.Literal("c~d"));
    }

    @Test
    void aSlashInsideAPredicateDoesNotSplit() {
        FieldPattern pattern = FieldPattern.parse("/extension/[url=http://hl7.org/fhir/x]/**");

        assertThat(pattern.subtree()).isTrue();
        assertThat(pattern.segments().get(1))
                .isEqualTo(new Segment.Predicate(List.of("url"), false, "http://hl7.org/fhir/x"));
        assertThat(FieldPattern.parse("/extension/[url$=us-core-race]/**")
                        .segments()
                        .get(1))
                .isEqualTo(new Segment.Predicate(List.of("url"), true, "us-core-race"));
    }

    @Test
    void choiceMembersNeedAnUpperCaseLetter() {
        Segment.Choice value = new Segment.Choice("value");

        assertThat(value.matches("valueQuantity")).isTrue();
        assertThat(value.matches("value")).isFalse();
        assertThat(value.matches("values")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "/",
                "/a//b",
                "/**/b",
                "/a/[x]",
                "/a/[=v]",
                "/a/[m=]",
                "/a/[m.=v]",
                "/a/b*",
                "/a~2",
                "/a~",
                "/[x]"
            })
    void refusesWhatIsNotAPattern(String text) {
        assertThatThrownBy(() -> FieldPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void strictestWinsIsATotalOrder() {
        for (TransformKind a : TransformKind.values()) {
            for (TransformKind b : TransformKind.values()) {
                assertThat(a.strictest(b)).isEqualTo(b.strictest(a));
                for (TransformKind c : TransformKind.values()) {
                    assertThat(a.strictest(b).strictest(c)).isEqualTo(a.strictest(b.strictest(c)));
                }
            }
        }
        assertThat(TransformKind.KEEP.strictest(TransformKind.DROP)).isEqualTo(TransformKind.DROP);
    }
}
