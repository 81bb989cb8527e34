// What clickhouse-jdbc and client v2 see of a server, as one JSON object: Drivers HOST:PORT, users and passwords in the
// environment. Both compress by default.
import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.data_formats.ClickHouseBinaryFormatReader;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

public class Drivers {
    static final String STREAMED = "SELECT number, toString(number) AS text FROM numbers(200000)";
    static final String BROKEN = "SELECT number, throwIf(number = 1500000, 'enough') AS t FROM numbers(2000000) "
        + "SETTINGS max_block_size = 10000, max_threads = 1";
    static final String COLUMNS = " (id UInt64, name Nullable(String)) ORDER BY id";
    static final String CONTENTS = "SELECT concat(toString(count()), ' ', toString(sum(id)), ' ', max(name)) AS c FROM ";
    static final String NAME = "О'Генри\n\t?";

    interface Work {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        StringBuilder seen = new StringBuilder("{");
        seen.append(jdbc(address, "lz4", new Properties()));
        Properties http = new Properties();
        http.setProperty("client.use_http_compression", "true");
        seen.append(", ").append(jdbc(address, "http", http));
        Properties plain = new Properties();
        plain.setProperty("compress", "false");
        seen.append(", ").append(jdbc(address, "none", plain));
        seen.append(", ").append(client(address, "client", false));
        seen.append(", ").append(client(address, "client compressing", true));
        try (Connection reader = connection(address, "READER", password("READER"), new Properties())) {
            seen.append(", \"reader\": {\"read\": ").append(text(scalar(reader, "SELECT toString(count()) FROM java_lz4")));
            seen.append(", \"metadata\": ").append(text(metadata(reader.getMetaData())));
            seen.append(", \"write\": ").append(code(() -> execute(reader, "DROP TABLE java_lz4"))).append("}");
        }
        seen.append(", \"wrong password\": ").append(code(() -> {
            try (Connection wrong = connection(address, "SHOP", "wrong", new Properties())) {
                scalar(wrong, "SELECT 'x'");
            }
        }));
        System.out.println(seen.append("}"));
        System.exit(0);
    }

    static String jdbc(String address, String name, Properties options) throws Exception {
        String table = "java_" + name;
        try (Connection connection = connection(address, "SHOP", password("SHOP"), options)) {
            execute(connection, "CREATE OR REPLACE TABLE " + table + COLUMNS);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
                for (int id = 0; id < 5000; id++) {
                    insert.setLong(1, id);
                    insert.setString(2, "имя " + id);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            String parameter;
            try (PreparedStatement select = connection.prepareStatement("SELECT ?")) {
                select.setString(1, NAME);
                try (ResultSet found = select.executeQuery()) {
                    found.next();
                    parameter = found.getString(1);
                }
            }
            return text(name) + ": {\"streamed\": " + text(streamed(connection)) + ", \"inserted\": "
                + text(scalar(connection, CONTENTS + table)) + ", \"parameter\": " + text(parameter)
                + ", \"missing\": " + code(() -> scalar(connection, "SELECT * FROM no_such_table"))
                + ", \"broken\": " + code(() -> read(connection)) + "}";
        }
    }

    // What database tools ask for when they show a tree of tables.
    static String metadata(DatabaseMetaData data) throws SQLException {
        StringBuilder counts = new StringBuilder();
        ResultSet[] results = {
            data.getSchemas(), data.getTableTypes(), data.getTables(null, "default", "java_lz4", null),
            data.getColumns(null, "default", "java_lz4", "%"),
        };
        for (ResultSet found : results) {
            counts.append(found.next() ? "+" : "-");
        }
        for (ResultSet found : new ResultSet[] {data.getCatalogs(), data.getTypeInfo(), data.getFunctions(null, null, "%"),
                data.getPrimaryKeys(null, "default", "java_lz4"), data.getProcedures(null, null, "%"),
                data.getIndexInfo(null, "default", "java_lz4", false, true)}) {
            found.next();
        }
        return counts + " " + data.getDatabaseProductName();
    }

    static String client(String address, String name, boolean compresses) throws Exception {
        String table = compresses ? "java_client_lz4" : "java_client";
        try (Client client = new Client.Builder().addEndpoint("http://" + address).setUsername(System.getenv("SHOP_USER"))
                .setPassword(password("SHOP")).compressClientRequest(compresses).build()) {
            client.execute("CREATE OR REPLACE TABLE " + table + COLUMNS).get().close();
            StringBuilder lines = new StringBuilder();
            for (int id = 0; id < 100000; id++) {
                lines.append(id).append("\tимя ").append(id).append('\n');
            }
            byte[] data = lines.toString().getBytes(StandardCharsets.UTF_8);
            client.insert(table, new ByteArrayInputStream(data), ClickHouseFormat.TSV).get().close();
            long count = 0;
            long sum = 0;
            try (QueryResponse response = client.query(STREAMED).get()) {
                ClickHouseBinaryFormatReader reader = client.newBinaryFormatReader(response);
                while (reader.hasNext()) {
                    reader.next();
                    count += 1;
                    sum += reader.getLong("number");
                }
            }
            return text(name) + ": {\"streamed\": " + text(count + " " + sum) + ", \"inserted\": "
                + text(client.queryAll(CONTENTS + table).get(0).getString("c")) + ", \"parameter\": "
                + text(client.queryAll("SELECT {name:String} AS n", Map.of("name", NAME.replace("\n", "\\n").replace("\t", "\\t"))).get(0).getString("n"))
                + ", \"missing\": " + code(() -> client.queryAll("SELECT * FROM no_such_table"))
                + ", \"broken\": " + code(() -> {
                    try (QueryResponse response = client.query(BROKEN).get()) {
                        ClickHouseBinaryFormatReader reader = client.newBinaryFormatReader(response);
                        while (reader.hasNext()) {
                            reader.next();
                        }
                    }
                }) + "}";
        }
    }

    static Connection connection(String address, String account, String password, Properties options) throws SQLException {
        options.setProperty("user", System.getenv(account + "_USER"));
        options.setProperty("password", password);
        return DriverManager.getConnection("jdbc:clickhouse://" + address + "/default", options);
    }

    static String password(String account) {
        return System.getenv(account + "_PASSWORD");
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String scalar(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        }
    }

    static String streamed(Connection connection) throws SQLException {
        long count = 0;
        long sum = 0;
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(STREAMED)) {
            while (found.next()) {
                if (!found.getString(2).equals(Long.toString(found.getLong(1)))) {
                    return found.getString(2);
                }
                count += 1;
                sum += found.getLong(1);
            }
        }
        return count + " " + sum;
    }

    static void read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(BROKEN)) {
            while (found.next()) {
                found.getLong(1);
            }
        }
    }

    static String code(Work work) {
        try {
            work.run();
            return text("no error");
        } catch (Exception error) {
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                if (cause instanceof ServerException) {
                    return Integer.toString(((ServerException) cause).getCode());
                }
            }
            return text(error.toString());
        }
    }

    static String text(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : value.toCharArray()) {
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append(String.format("\\u%04x", (int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }
}
