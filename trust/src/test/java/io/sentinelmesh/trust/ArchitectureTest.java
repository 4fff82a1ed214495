package io.sentinelmesh.trust;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

class ArchitectureTest {

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.sentinelmesh.trust");

    @Test
    void trust_knows_ids_and_certificates_and_nothing_of_what_they_are_used_for() {
        classes().that().resideInAPackage("io.sentinelmesh.trust..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("io.sentinelmesh.trust..", "io.sentinelmesh.measurement..", "java..", "javax.net..",
                        "javax.crypto..", "javax.security.auth.x500..", "org.bouncycastle..", "org.slf4j..",
                        "org.jspecify..")
                .check(MODULE);
    }

    @Test
    void certificates_are_made_by_the_library_and_everything_else_is_the_jdks() {
        // What an agent does every day must not load a library that it needs once a week.
        noClasses().that().doNotHaveSimpleName("Issuer").and().doNotHaveSimpleName("CertificateRequest").should()
                .dependOnClassesThat().resideInAPackage("org.bouncycastle..").check(MODULE);
    }
}
