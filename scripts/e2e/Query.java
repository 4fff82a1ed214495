import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Asks the embedded PostgreSQL of a running aggregator, for the tests: {@code java -cp 'aggregator/target/lib/*' Query.java FOLDER SQL}
 * prints one line for each row, its columns with tabs between. FOLDER holds the server's data and password.
 */
final class Query {

    /** Of PostgreSQL's postmaster.pid, from 0. */
    private static final int PORT_LINE = 3;

    private Query() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String port = Files.readAllLines(folder.resolve("pgdata/postmaster.pid")).get(PORT_LINE).strip();
        String password = Files.readString(folder.resolve("password")).strip();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?loginTimeout=10&socketTimeout=60";
        try (Connection connection = DriverManager.getConnection(url, "sentinel", password);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(arguments[1])) {
            print(rows);
        }
    }

    private static void print(ResultSet rows) throws SQLException {
        StringBuilder text = new StringBuilder();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            for (int column = 1; column <= columns; column++) {
                text.append(column > 1 ? "\t" : "").append(rows.getString(column));
            }
            text.append('\n');
        }
        System.out.print(text);
    }
}
