package io.sluice.protection.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.encoding.StrictJson;
import io.sluice.protection.Rounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtectorPropertyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] NAMES = {"a", "b", "c", "valueA", "valueB", "é/~", "0", "_a"};
    private static final String[] SEGMENTS = {
        "a", "b", "c", "é~1~0", "0", "1", "*", "*", "value[x]", "[a=x]", "[a=y]", "[b$=x]", "[a.b=x]", "_a"
    };
    private static final String[] KINDS = {"keep", "drop", "redact", "mask"};

    @Test
    void automatonAgreesWithTheReference() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Protector protector = Plans.protector();
        int released = 0;
        for (int i = 0; i < Rounds.of(1_000); i++) {
            ProtectionPlan plan = plan(random, KINDS);
            CompiledPlan compiled = protector.compile(plan);
            for (int j = 0; j < 10; j++) {
                JsonNode document = document(random, 0, () -> value(random));
                String json = escaped(MAPPER.writeValueAsString(document), random);
                ReferenceProtector reference = new ReferenceProtector(plan);
                String expected = MAPPER.writeValueAsString(reference.view(document));

                assertThat(protector.read(json.getBytes(UTF_8))).isTrue();
                View view = protector.protect(compiled, Plans.CONTEXT);

                String about = "seed " + seed + " plan " + new String(plan.canonical(), UTF_8) + " json " + json;
                assertThat(view).as(about).isInstanceOf(View.Protected.class);
                View.Protected done = (View.Protected) view;
                assertThat(MAPPER.writeValueAsString(StrictJson.read(done.bytes())))
                        .as(about)
                        .isEqualTo(expected);
                assertThat(done.patternCounts()).as(about).isEqualTo(reference.counts);
                assertThat(done.undeclared()).as(about).isEqualTo(reference.undeclared);
                released += done.bytes().length > 2 ? 1 : 0;
            }
        }
        assertThat(released).isGreaterThan(1_000);
    }

    /** Where predicates cannot be decided, a view holds no more than under any way in which they might have been. */
    @Test
    void undecidedElementsGiveNoMoreThanDecidedOnes() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Protector strict = Plans.protector(new ViewLimits(100_000, 100_000, 10_000, 1));
        for (int i = 0; i < Rounds.of(7_000); i++) {
            ProtectionPlan plan = plan(random, new String[] {"keep", "drop"});
            List<String> canaries = new ArrayList<>();
            JsonNode document = document(random, 0, () -> canary(canaries));
            strict.read(MAPPER.writeValueAsBytes(document));
            View.Protected view = (View.Protected) strict.protect(strict.compile(plan), Plans.CONTEXT);
            String decided = MAPPER.writeValueAsString(new ReferenceProtector(plan).view(document));
            for (String canary : canaries) {
                if (new String(view.bytes(), UTF_8).contains(canary)) {
                    assertThat(decided).as("seed " + seed).contains(canary);
                }
            }
        }
    }

    /** P2, P6: a protected or undeclared value stands in no view in any of the forms that JSON allows. */
    @Test
    void noProtectedValueStandsInAView() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Protector protector = Plans.protector();
        String[] kinds = {
            "drop", "redact", "mask", "tokenise domain=d", "encrypt domain=e", "encrypt domain=e pad=true bind=dataset"
        };
        for (int i = 0; i < 2_000; i++) {
            ProtectionPlan plan = plan(random, kinds);
            List<String> canaries = new ArrayList<>();
            JsonNode document = document(random, 0, () -> canary(canaries));
            String json = escaped(MAPPER.writeValueAsString(document), random);
            protector.read(json.getBytes(UTF_8));
            View view = protector.protect(protector.compile(plan), Plans.CONTEXT);

            assertThat(view).as("seed " + seed).isInstanceOf(View.Protected.class);
            String raw = new String(((View.Protected) view).bytes(), UTF_8);
            String decoded = MAPPER.writeValueAsString(MAPPER.readTree(raw)).toLowerCase(Locale.ROOT);
            for (String canary : canaries) {
                assertThat(decoded).as("seed " + seed).doesNotContain(canary.toLowerCase(Locale.ROOT));
                assertThat(raw).as("seed " + seed).doesNotContain(canary);
            }
        }
    }

    @Test
    void maskingTwiceMasksTheSame() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < Rounds.of(20_000); i++) {
            Mask mask = new Mask(random.nextInt(4), random.nextInt(5), "*x-#é".codePointAt(random.nextInt(5)));
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.appendCodePoint(
                        random.nextInt(3) == 0 ? random.nextInt(0xd000) : "ab1-. *😀".codePointAt(random.nextInt(8)));
            }
            String once = mask.mask(text.toString());
            assertThat(mask.mask(once)).as("seed %d text %s", seed, text).isEqualTo(once);
        }
    }

    @Test
    void theStrictestOfTiedPatternsWins() {
        for (String strict : List.of("mask", "redact", "drop")) {
            for (String other : List.of("keep", "mask", "redact", "drop")) {
                for (String[] order : new String[][] {{strict, other}, {other, strict}}) {
                    String view = Plans.text(
                            Plans.json("/l/[k=1]/v", order[0], "/l/[j=1]/v", order[1]),
                            "{\"l\":[{\"k\":1,\"j\":1,\"v\":\"s\"}]}");
                    String winner = Plans.transform(strict)
                            .kind()
                            .strictest(Plans.transform(other).kind())
                            .code();
                    assertThat(view)
                            .isEqualTo(
                                    switch (winner) {
                                        case "drop" -> "{}";
                                        case "redact" -> "{\"l\":[{\"v\":\"[redacted]\"}]}";
                                        default -> "{\"l\":[{\"v\":\"*\"}]}";
                                    });
                }
            }
        }
    }

    @Test
    void neverThrowsWhateverThePayload() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(Plans.fhir(
                "/a/**", "keep", "/b/*", "generalise.year", "/c/[a=x]/b", "encrypt domain=e", "/_a/*", "keep"));
        for (int i = 0; i < Rounds.of(20_000); i++) {
            byte[] json = MAPPER.writeValueAsBytes(document(random, 0, () -> value(random)));
            for (int n = random.nextInt(3); n > 0; n--) {
                json[random.nextInt(json.length)] = (byte) random.nextInt(256);
            }
            boolean valid = protector.read(json);
            View view = protector.protect(plan, Plans.CONTEXT);
            if (!valid) {
                assertThat(view).as("seed " + seed).isInstanceOf(View.Failed.class);
            } else if (view instanceof View.Protected done) {
                MAPPER.readTree(done.bytes());
            }
        }
    }

    private static ProtectionPlan plan(Random random, String[] kinds) {
        Set<String> patterns = new HashSet<>();
        List<String> words = new ArrayList<>();
        for (int n = 1 + random.nextInt(12); n > 0; n--) {
            StringBuilder pattern = new StringBuilder();
            for (int k = random.nextInt(4); k > 0; k--) {
                pattern.append('/').append(SEGMENTS[random.nextInt(SEGMENTS.length)]);
            }
            if (pattern.length() == 0 || random.nextInt(3) == 0) {
                pattern.append("/**");
            }
            if (patterns.add(pattern.toString())) {
                words.add(pattern.toString());
                words.add(kinds[random.nextInt(kinds.length)]);
            }
        }
        return Plans.json(words.toArray(String[]::new));
    }

    private interface Values {
        JsonNode next();
    }

    private static JsonNode document(Random random, int depth, Values values) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(depth > 4 ? 1 : 4);
        if (depth > 0 && (kind == 0 || kind == 3)) {
            return values.next();
        }
        if (kind == 1 || (depth == 0 && random.nextInt(4) > 0)) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (int n = random.nextInt(5); n > 0; n--) {
                object.set(NAMES[random.nextInt(NAMES.length)], document(random, depth + 1, values));
            }
            return object;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int n = random.nextInt(4); n > 0; n--) {
            array.add(document(random, depth + 1, values));
        }
        return array;
    }

    private static JsonNode value(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(100));
            case 1 -> JsonNodeFactory.instance.booleanNode(true);
            case 2 -> JsonNodeFactory.instance.nullNode();
            case 3 -> JsonNodeFactory.instance.textNode("ax");
            case 4 -> JsonNodeFactory.instance.textNode("y");
            case 5 -> JsonNodeFactory.instance.textNode("é\"\n😀");
            default -> JsonNodeFactory.instance.textNode("x");
        };
    }

    private static JsonNode canary(List<String> canaries) {
        String canary = "Zaubérwürfel" + canaries.size() + "Q";
        canaries.add(canary);
        return JsonNodeFactory.instance.textNode(canary);
    }

    /** The same JSON with some letters and all others than ASCII written as escapes. */
    private static String escaped(String json, Random random) {
        if (random.nextBoolean()) {
            return json;
        }
        StringBuilder out = new StringBuilder();
        boolean string = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                out.append(c).append(json.charAt(++i));
                continue;
            }
            string ^= c == '"';
            boolean letter = string && (c > 0x7f || (Character.isLetter(c) && random.nextInt(3) == 0));
            out.append(letter ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }
}
