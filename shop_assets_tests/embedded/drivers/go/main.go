// What clickhouse-go sees of a server, as one JSON object: main HOST:PORT, with users and passwords in the environment.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/shopspring/decimal"
)

const (
	rows     = 200000
	inserted = 100000
)

func main() {
	address := os.Args[1]
	seen := map[string]any{}
	for name, method := range map[string]clickhouse.CompressionMethod{
		"none": clickhouse.CompressionNone, "gzip": clickhouse.CompressionGZIP, "deflate": clickhouse.CompressionDeflate,
		"lz4": clickhouse.CompressionLZ4, "zstd": clickhouse.CompressionZSTD,
	} {
		connection := open(address, "SHOP", method)
		seen[name] = map[string]any{
			"streamed": streamed(connection), "inserted": insert(connection, "driver_"+name), "typed": typed(connection),
			"empty":     empty(connection),
			"parameter": scalar(connection, "SELECT {name:String}", clickhouse.Named("name", "О'Генри\n\t?")),
			"missing":   code(connection.Exec(context.Background(), "SELECT * FROM no_such_table")),
			"broken":    code(broken(connection)),
		}
	}
	reader := open(address, "READER", clickhouse.CompressionLZ4)
	seen["reader"] = map[string]any{
		"read":  scalar(reader, "SELECT toString(count()) FROM driver_lz4"),
		"write": code(reader.Exec(context.Background(), "DROP TABLE driver_lz4")),
	}
	os.Setenv("SHOP_PASSWORD", "wrong")
	seen["wrong password"] = code(open(address, "SHOP", clickhouse.CompressionNone).Ping(context.Background()))
	must(json.NewEncoder(os.Stdout).Encode(seen))
}

func open(address, account string, method clickhouse.CompressionMethod) driver.Conn {
	connection, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{address}, Protocol: clickhouse.HTTP, Compression: &clickhouse.Compression{Method: method},
		Auth: clickhouse.Auth{
			Database: "default", Username: os.Getenv(account + "_USER"), Password: os.Getenv(account + "_PASSWORD"),
		},
		Settings: clickhouse.Settings{"max_execution_time": 60},
	})
	must(err)
	return connection
}

func streamed(connection driver.Conn) string {
	found, err := connection.Query(context.Background(),
		fmt.Sprintf("SELECT number, toString(number) AS text FROM numbers(%d)", rows))
	must(err)
	count, sum := 0, uint64(0)
	for found.Next() {
		var number uint64
		var text string
		must(found.Scan(&number, &text))
		if fmt.Sprint(number) != text {
			return text
		}
		count, sum = count+1, sum+number
	}
	must(found.Err())
	return fmt.Sprint(count, " ", sum)
}

func insert(connection driver.Conn, table string) string {
	must(connection.Exec(context.Background(),
		"CREATE OR REPLACE TABLE "+table+" (id UInt64, name Nullable(String), tags Array(LowCardinality(String))) ORDER BY id"))
	batch, err := connection.PrepareBatch(context.Background(), "INSERT INTO "+table)
	must(err)
	for number := uint64(0); number < inserted; number++ {
		must(batch.Append(number, fmt.Sprint("имя ", number), []string{"a", "б"}))
	}
	must(batch.Send())
	return scalar(connection, "SELECT concat(toString(count()), ' ', toString(sum(id)), ' ', max(name), ' ', any(tags)[2]) FROM "+table)
}

func typed(connection driver.Conn) string {
	row := connection.QueryRow(context.Background(), `SELECT toDecimal64(12.34, 2), toDate('2026-01-31'),
		toDateTime64('2026-01-31 10:00:00.123', 3, 'UTC'), CAST(NULL AS Nullable(String)), [1, 2], map('a', 1),
		CAST('x' AS LowCardinality(String)), true`)
	var amount decimal.Decimal
	var name string
	var day, moment time.Time
	var numbers []uint8
	var counts map[string]uint8
	var flag bool
	var absent *string
	must(row.Scan(&amount, &day, &moment, &absent, &numbers, &counts, &name, &flag))
	return fmt.Sprint(amount, " ", day.Format("2006-01-02"), " ", moment.UTC().Format(time.RFC3339Nano), " ", absent, " ",
		numbers, " ", counts["a"], " ", name, " ", flag)
}

func empty(connection driver.Conn) int {
	found, err := connection.Query(context.Background(), "SELECT number FROM numbers(3) WHERE number > 5")
	must(err)
	count := 0
	for found.Next() {
		count++
	}
	must(found.Err())
	return count
}

func broken(connection driver.Conn) error {
	found, err := connection.Query(context.Background(),
		"SELECT number, throwIf(number = 1500000, 'enough') FROM numbers(2000000) SETTINGS max_block_size = 10000, max_threads = 1")
	if err != nil {
		return err
	}
	for found.Next() {
	}
	return found.Err()
}

func scalar(connection driver.Conn, sql string, arguments ...any) string {
	var value string
	must(connection.QueryRow(context.Background(), sql, arguments...).Scan(&value))
	return value
}

func code(err error) any {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return exception.Code
	}
	return fmt.Sprint(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
