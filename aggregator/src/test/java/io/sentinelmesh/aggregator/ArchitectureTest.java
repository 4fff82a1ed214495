package io.sentinelmesh.aggregator;

import org.junit.jupiter.api.Test;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The borders inside this module. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.sentinelmesh.aggregator");

    @Test
    void hazelcast_is_known_to_membership_only() {
        noClasses().that().resideOutsideOfPackage("..membership..").should().dependOnClassesThat()
                .resideInAPackage("com.hazelcast..").check(CLASSES);
    }

    @Test
    void membership_tells_the_matrix_nothing() {
        noClasses().that().resideInAPackage("..membership..").should().dependOnClassesThat()
                .resideInAnyPackage("..matrix..", "..roster..", "..live..", "..link..").check(CLASSES);
    }

    @Test
    void databases_are_spoken_to_by_the_db_module_only() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .check(CLASSES);
    }

    @Test
    void judging_knows_neither_sockets_nor_event_loops() {
        noClasses().that().resideInAnyPackage("..matrix..", "..roster..", "..ingest..").should().dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..").check(CLASSES);
    }

    @Test
    void judging_asks_no_clock() {
        noClasses().that().resideInAPackage("..matrix..").should().dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock").check(CLASSES);
    }

    @Test
    void packages_do_not_go_in_circles() {
        slices().matching("io.sentinelmesh.aggregator.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void no_feature_names_the_one_who_builds_it() {
        noClasses().that().resideInAPackage("io.sentinelmesh.aggregator.*..").should().dependOnClassesThat()
                .resideInAPackage("io.sentinelmesh.aggregator").check(CLASSES);
    }
}
