package io.sluice.protection.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.Test;

class Pkcs12KeysCodecTest {
    private static final char[] PASSWORD = "a password of tests".toCharArray();

    /** The JVM of the tests is told to use one iteration for its keystores, as the launcher's is: the file is not. */
    @Test
    void entriesAreEncryptedWithTheIterationsOfTheFormatWhateverTheJvmIsTold() throws Exception {
        assertThat(System.getProperty("keystore.pkcs12.keyPbeIterationCount")).isEqualTo("1");
        SecureRandom random = new SecureRandom();
        byte[] file = Pkcs12KeysCodec.encode(
                Map.of("a", SecretBytes.random(32, random), "b", SecretBytes.random(32, random)), PASSWORD);

        List<Integer> iterations = new ArrayList<>();
        collect(ASN1Primitive.fromByteArray(file), iterations);

        assertThat(iterations).hasSizeGreaterThanOrEqualTo(2).allMatch(count -> count >= 10_000);
        assertThat(Pkcs12KeysCodec.decode(file, PASSWORD)).containsOnlyKeys("a", "b");
    }

    /** PKCS#12 nests its parts in octet strings: what parses as ASN.1 is looked into. */
    private static void collect(ASN1Encodable node, List<Integer> iterations) {
        if (node instanceof ASN1Sequence sequence) {
            if (sequence.size() == 2 && PKCSObjectIdentifiers.id_PBKDF2.equals(sequence.getObjectAt(0))) {
                iterations.add(PBKDF2Params.getInstance(sequence.getObjectAt(1))
                        .getIterationCount()
                        .intValueExact());
            }
            sequence.forEach(child -> collect(child, iterations));
        } else if (node instanceof ASN1Set set) {
            set.forEach(child -> collect(child, iterations));
        } else if (node instanceof ASN1TaggedObject tagged) {
            collect(tagged.getBaseObject().toASN1Primitive(), iterations);
        } else if (node instanceof ASN1OctetString octets) {
            try (ASN1InputStream in = new ASN1InputStream(octets.getOctets())) {
                ASN1Primitive inner = in.readObject();
                if (inner != null) {
                    collect(inner, iterations);
                }
            } catch (java.io.IOException e) {
                // Ciphertext, not ASN.1.
            }
        }
    }
}
