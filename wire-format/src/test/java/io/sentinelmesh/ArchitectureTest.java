package io.sentinelmesh;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

class ArchitectureTest {

    private static final String MEASUREMENT = "io.sentinelmesh.measurement..";
    private static final String SETTINGS = "io.sentinelmesh.settings..";
    private static final String WIRE = "io.sentinelmesh.wire";
    private static final String PROTO = "io.sentinelmesh.wire.proto..";
    private static final String[] ENCODING_LIBRARIES = {PROTO, "com.google.protobuf..", "com.github.luben.."};

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.sentinelmesh");

    @Test
    void measured_values_know_nothing_but_the_jdk() {
        classes().that().resideInAPackage(MEASUREMENT).should().onlyDependOnClassesThat()
                .resideInAnyPackage(MEASUREMENT, "java..", "org.jspecify..").check(MODULE);
    }

    @Test
    void frames_know_the_values_and_what_encodes_them() {
        classes().that().resideInAPackage(WIRE).should().onlyDependOnClassesThat()
                .resideInAnyPackage(WIRE, PROTO, MEASUREMENT, "java..", "org.jspecify..", "com.google.protobuf..",
                        "com.github.luben.zstd..")
                .check(MODULE);
    }

    @Test
    void settings_know_nothing_but_the_jdk_and_what_reads_yaml() {
        classes().that().resideInAPackage(SETTINGS).should().onlyDependOnClassesThat()
                .resideInAnyPackage(SETTINGS, "java..", "org.jspecify..", "com.fasterxml.jackson.core..",
                        "com.fasterxml.jackson.dataformat.yaml..")
                .check(MODULE);
    }

    @Test
    void generated_messages_stay_inside_the_wire_package() {
        noClasses().that().resideOutsideOfPackages(WIRE, PROTO).should().dependOnClassesThat().resideInAPackage(PROTO)
                .check(MODULE);
    }

    @Test
    void what_encodes_a_frame_does_not_show_in_its_public_face() {
        DescribedPredicate<JavaClass> ofALibrary = resideInAnyPackage(ENCODING_LIBRARIES).as("of an encoding library");

        methods().that().areDeclaredInClassesThat().resideInAPackage(WIRE).and().areDeclaredInClassesThat().arePublic()
                .and().areNotPrivate().should().notHaveRawReturnType(ofALibrary).andShould()
                .notHaveRawParameterTypes(
                        DescribedPredicate.describe("with one " + ofALibrary.getDescription(),
                                types -> types.stream().anyMatch(ofALibrary)))
                .check(MODULE);
        noFields().that().areDeclaredInClassesThat().resideInAPackage(WIRE).and().areDeclaredInClassesThat().arePublic()
                .and().areNotPrivate().should().haveRawType(ofALibrary).check(MODULE);
    }
}
