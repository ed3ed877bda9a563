package io.sluice.benchmarks.protect;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the protect job really made of each ingress record, without its content: for every output its topic, headers, the
 * length of its key and of its value. The pass-through job writes the same from it, record for record.
 */
final class OutputShapes implements Serializable {
    private static final long serialVersionUID = 1;

    private static final long DAY_MS = 86_400_000L;
    private static final long AS_APPENDED = -1;

    /** What outputs have in common. @param timestampMs the coarse time of a view, or {@link #AS_APPENDED} */
    private record Kind(
            String topic, int partition, int keyBytes, long timestampMs, List<String> names, List<Integer> valueBytes)
            implements Serializable {
        private static final long serialVersionUID = 1;
    }

    private final List<Kind> kinds = new ArrayList<>();
    /** By ingress partition and offset: a kind and a value's length, and so on; the entry last, as the job emits it. */
    private final Map<Integer, List<int[]>> outputs = new HashMap<>();

    private transient List<List<Header>> headers = List.of();

    private OutputShapes() {}

    /**
     * Reads them from a round of the protect job.
     *
     * @throws CommandFailure where a record has no entry, two, or one that is not a decision; or where a view has no entry
     */
    static OutputShapes of(TestBed bed, Committed committed, int records) {
        OutputShapes shapes = new OutputShapes();
        Map<Kind, Integer> known = new HashMap<>();
        Map<String, IngressPosition> views = new HashMap<>();
        Map<IngressPosition, int[]> entries = new HashMap<>();
        committed.read(bed.topics().audit(), record -> {
            JsonNode entry = entry(record);
            IngressPosition position =
                    IngressPosition.ofEntryId(entry.path("id").asText());
            if (!entry.path("outcome").path("code").asText().equals("decided")
                    || entries.put(position, shapes.shape(record, record.partition(), known)) != null) {
                throw new CommandFailure("The protect job did not decide " + position + " once: " + entry);
            }
            entry.path("recipients").forEach(outcome -> {
                if (outcome.has("releasedId")) {
                    views.put(outcome.path("releasedId").asText(), position);
                }
            });
        });
        if (entries.size() != records) {
            throw new CommandFailure(entries.size() + " of " + records + " records have an entry");
        }
        for (String recipient : BenchRulebook.RECIPIENTS) {
            committed.read(bed.topics().released(recipient), record -> {
                String id =
                        new String(record.headers().lastHeader(Headers.CE_ID).value(), StandardCharsets.US_ASCII);
                IngressPosition position = views.remove(id);
                if (position == null) {
                    throw new CommandFailure("A view of " + recipient + " has no entry, or is there twice: " + id);
                }
                shapes.add(position, shapes.shape(record, KafkaOutput.BY_KEY, known));
            });
        }
        if (!views.isEmpty()) {
            throw new CommandFailure(views.size() + " views are missing that entries name");
        }
        entries.forEach(shapes::add);
        return shapes;
    }

    private static JsonNode entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            return StrictJson.read(record.value());
        } catch (MalformedJsonException e) {
            throw new CommandFailure("An audit entry is not JSON", e);
        }
    }

    private int[] shape(ConsumerRecord<byte[], byte[]> record, int partition, Map<Kind, Integer> known) {
        List<String> names = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        record.headers().forEach(header -> {
            names.add(header.key());
            lengths.add(header.value().length);
        });
        boolean coarse = record.timestamp() % DAY_MS == 0;
        Kind kind = new Kind(
                record.topic(),
                partition,
                record.key().length,
                coarse ? record.timestamp() : AS_APPENDED,
                names,
                lengths);
        int index = known.computeIfAbsent(kind, fresh -> {
            kinds.add(fresh);
            return kinds.size() - 1;
        });
        return new int[] {index, record.value().length};
    }

    private void add(IngressPosition position, int[] shape) {
        List<int[]> partition = outputs.computeIfAbsent(position.partition(), p -> new ArrayList<>());
        while (partition.size() <= position.offset()) {
            partition.add(new int[0]);
        }
        int at = Math.toIntExact(position.offset());
        int[] before = partition.get(at);
        int[] after = Arrays.copyOf(before, before.length + shape.length);
        System.arraycopy(shape, 0, after, before.length, shape.length);
        partition.set(at, after);
    }

    /** Outputs of the shapes that the record's had, filled with the record's own sealed bytes. */
    List<KafkaOutput> outputs(IngressRecord record) {
        IngressPosition position = record.position();
        int[] shape = outputs.getOrDefault(position.partition(), List.of()).get(Math.toIntExact(position.offset()));
        List<KafkaOutput> made = new ArrayList<>(shape.length / 2);
        for (int i = 0; i < shape.length; i += 2) {
            Kind kind = kinds.get(shape[i]);
            made.add(new KafkaOutput(
                    kind.topic(),
                    kind.partition(),
                    kind.timestampMs() == AS_APPENDED ? record.appendedMs() : kind.timestampMs(),
                    bytes(record.key(), kind.keyBytes()),
                    headers.get(shape[i]),
                    bytes(record.value(), shape[i + 1])));
        }
        return made;
    }

    /** The first bytes of an array, zeros behind them where it is shorter; the array itself where it fits. */
    private static byte[] bytes(byte @org.jspecify.annotations.Nullable [] from, int length) {
        byte[] source = from == null ? new byte[0] : from;
        return source.length == length ? source : Arrays.copyOf(source, length);
    }

    /** Writes them where tasks read them: as a field of a function they could outgrow Flink's messages. */
    void write(Path file) {
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(this);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    static OutputShapes read(Path file) {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            OutputShapes shapes = (OutputShapes) in.readObject();
            shapes.headers = shapes.kinds.stream().map(OutputShapes::headers).toList();
            return shapes;
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    private static List<Header> headers(Kind kind) {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < kind.names().size(); i++) {
            headers.add(
                    new Header(kind.names().get(i), new byte[kind.valueBytes().get(i)]));
        }
        return List.copyOf(headers);
    }
}
