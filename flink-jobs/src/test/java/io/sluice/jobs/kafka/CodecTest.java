package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.IngressPosition;
import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // what is null here fails the test
class CodecTest {
    private static final IngressRecord RECORD = new IngressRecord(
            new IngressPosition(2, 3, 4_000_000_000L),
            1,
            1_763_890_200_000L,
            "key".getBytes(UTF_8),
            List.of(new Header("a", new byte[] {1}), new Header("a", null), new Header("å", new byte[0])),
            null);
    private static final KafkaOutput OUTPUT = new KafkaOutput(
            "dev.released.care", KafkaOutput.BY_KEY, 7, null, List.of(new Header("h", new byte[] {2})), new byte[] {3});

    /** Written by version 1; a later version must read it, so these are only added to. */
    private static final String RECORD_V1 = "01000000020000000300000000ee6b28000000000100000"
            + "19ab00c7dc0000000036b65790000000300000001610000000101000000"
            + "0161ffffffff00000002c3a500000000ffffffff";

    /** The same by version 2, which spells only unusual names. */
    private static final String RECORD_V2 = "02000000020000000300000000ee6b28000000000100000"
            + "19ab00c7dc0000000036b657900000003ff00000001610000000101ff0000000161ffffffffff00000002c3a500000000ffffffff";

    @Test
    void recordsOfAnyFormComeBackAsTheyWere() throws Exception {
        assertThat(roundTrip(IngressRecordCodec.INSTANCE, RECORD))
                .usingRecursiveComparison()
                .isEqualTo(RECORD);
        assertThat(roundTrip(KafkaOutputCodec.INSTANCE, OUTPUT))
                .usingRecursiveComparison()
                .isEqualTo(OUTPUT);
        IngressRecord bare = new IngressRecord(new IngressPosition(1, 0, 0), 0, -1, null, List.of(), new byte[70_000]);
        assertThat(roundTrip(IngressRecordCodec.INSTANCE, bare))
                .usingRecursiveComparison()
                .isEqualTo(bare);
    }

    @Test
    void bytesOfVersion1StayReadable() throws Exception {
        DataInputDeserializer in = new DataInputDeserializer(HexFormat.of().parseHex(RECORD_V1));

        assertThat(new CodecSerializer<>(IngressRecordCodec.INSTANCE).deserialize(in))
                .usingRecursiveComparison()
                .isEqualTo(RECORD);
    }

    @Test
    void usualNamesAreOneByteAndOthersAreSpelt() throws Exception {
        IngressRecord record = new IngressRecord(
                new IngressPosition(1, 2, 3),
                0,
                4,
                null,
                List.of(new Header("ce_id", new byte[] {5}), new Header("CE_ID", new byte[] {6})),
                null);
        DataOutputSerializer out = new DataOutputSerializer(64);
        new CodecSerializer<>(IngressRecordCodec.INSTANCE).serialize(record, out);

        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer()))
                .isEqualTo("02" + "00000001" + "00000002" + "0000000000000003" + "00000000" + "0000000000000004"
                        + "ffffffff" + "00000002" + "02" + "0000000105" + "ff" + "0000000543455f4944" + "0000000106"
                        + "ffffffff");
        assertThat(new CodecSerializer<>(IngressRecordCodec.INSTANCE)
                        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .usingRecursiveComparison()
                .isEqualTo(record);
    }

    @Test
    void bytesOfALaterVersionAreRefused() {
        DataInputDeserializer in = new DataInputDeserializer(new byte[] {9, 0, 0});

        assertThatThrownBy(() -> new CodecSerializer<>(IngressRecordCodec.INSTANCE).deserialize(in))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void aSnapshotRestoresItsSerializerAndRefusesAnother() throws Exception {
        TypeSerializer<IngressRecord> serializer = new CodecSerializer<>(IngressRecordCodec.INSTANCE);
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());

        TypeSerializerSnapshot<IngressRecord> read = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), CodecTest.class.getClassLoader());

        assertThat(read.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(read)
                        .isCompatibleAsIs())
                .isTrue();
        @SuppressWarnings({"unchecked", "rawtypes"})
        boolean refused = new CodecSerializer<>(KafkaOutputCodec.INSTANCE)
                .snapshotConfiguration()
                .resolveSchemaCompatibility((TypeSerializerSnapshot) read)
                .isIncompatible();
        assertThat(refused).isTrue();
    }

    @Test
    void typesSurviveJavaSerializationAndAreNeverGeneric() throws Exception {
        CodecTypeInformation<KafkaOutput> type = new CodecTypeInformation<>(KafkaOutputCodec.INSTANCE);

        assertThat(InstantiationUtil.clone(type)).isEqualTo(type);
        assertThat(type.createSerializer(new SerializerConfigImpl()).isImmutableType())
                .isTrue();
    }

    @Test
    void keysThatNoSealedRecordHasShareOnePlace() {
        assertThat(RECORD.stateKey()).isEqualTo("key");
        assertThat(new IngressRecord(RECORD.position(), 0, 0, new byte[65], List.of(), null).stateKey())
                .isEmpty();
        assertThat(new IngressRecord(RECORD.position(), 0, 0, null, List.of(), null).stateKey())
                .isEmpty();
        assertThat(new IngressRecord(RECORD.position(), 0, 0, new byte[] {(byte) 0xff}, List.of(), null).stateKey())
                .isNotEqualTo(new IngressRecord(RECORD.position(), 0, 0, new byte[] {(byte) 0xfe}, List.of(), null)
                        .stateKey());
    }

    private static <T> T roundTrip(Codec<T> codec, T value) throws IOException {
        CodecSerializer<T> serializer = new CodecSerializer<>(codec);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        if (codec == IngressRecordCodec.INSTANCE && value == RECORD) {
            assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(RECORD_V2);
        }
        DataOutputSerializer copied = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);
        assertThat(copied.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
