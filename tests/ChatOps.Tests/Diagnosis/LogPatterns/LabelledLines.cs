using System.Globalization;

namespace ChatOps.Tests.Diagnosis.LogPatterns;

/// <summary>Generated lines with the event that made them, in shapes that services log in. The generator is seeded: the same lines every time.</summary>
internal static class LabelledLines
{
    private static readonly string[] Names = ["ana", "bo", "cleo", "dan", "eve", "finn", "gil", "hana", "ivo", "jo", "kim", "lea"];
    private static readonly string[] Paths = ["/", "/login", "/cart", "/products/17", "/api/v1/orders", "/static/app.js", "/healthz"];

    public static IEnumerable<(string Label, string Line)> Of(string shape, int count)
    {
        var r = new Random(11);
        for (var i = 0; i < count; i++)
        {
            var time = new DateTimeOffset(2026, 11, 21, 14, 0, 0, TimeSpan.Zero).AddMilliseconds(i * 977L);
            // Some events are frequent and some rare, as in life.
            var kind = (int)Math.Min(7, -Math.Log(1 - r.NextDouble()) * 2.2);
            FormattableString line = shape switch
            {
                "access" => Access(kind, r, time),
                "json" => Json(kind, r, time),
                "logfmt" => Logfmt(kind, r, time),
                "java" => Java(kind, r, time),
                "postgres" => Postgres(kind, r, time),
                "nginx" => Nginx(kind, r, time),
                "kubernetes" => Kubernetes(kind, r, time),
                _ => Node(kind, r, time),
            };
            yield return (kind.ToString(CultureInfo.InvariantCulture), line.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Name(Random r) => Names[r.Next(Names.Length)];

    private static string Path(Random r) => Paths[r.Next(Paths.Length)] + (r.Next(3) == 0 ? $"?q={Name(r)}&page={r.Next(9)}" : string.Empty);

    private static string Ip(Random r) => $"{r.Next(1, 255)}.{r.Next(255)}.{r.Next(255)}.{r.Next(255)}";

    private static string Id(Random r) => new Guid(Enumerable.Range(0, 16).Select(_ => (byte)r.Next(256)).ToArray()).ToString();

    private static string Dur(Random r) => r.Next(2) == 0 ? $"{r.Next(999)}ms" : $"1.{r.Next(99)}s";

    // Whatever is a server error is one event per method, whatever is not another.
    private static FormattableString Access(int kind, Random r, DateTimeOffset t)
    {
        var method = (kind / 2) switch { 0 => "GET", 1 => "POST", 2 => "DELETE", _ => "PUT" };
        var status = kind % 2 == 0 ? new[] { 200, 201, 204, 301, 404 }[r.Next(5)] : new[] { 500, 502, 503 }[r.Next(3)];
        return $"{Ip(r)} - {(r.Next(2) == 0 ? "-" : Name(r))} [{t:dd/MMM/yyyy:HH:mm:ss} +0000] \"{method} {Path(r)} HTTP/1.1\" {status} {r.Next(90_000)} \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Chrome/{r.Next(90, 120)}.0\"";
    }

    private static FormattableString Json(int kind, Random r, DateTimeOffset t) => kind switch
    {
        0 => $"{{\"time\":\"{t:O}\",\"level\":\"info\",\"msg\":\"request done\",\"path\":\"{Path(r)}\",\"status\":200,\"ms\":{r.Next(900)},\"user\":\"{Name(r)}\"}}",
        1 => $"{{\"level\":\"info\",\"time\":{t.ToUnixTimeMilliseconds()},\"pid\":{r.Next(9999)},\"msg\":\"cart of {Name(r)} updated\",\"items\":{r.Next(9)}}}",
        2 => $"{{\"time\":\"{t:O}\",\"level\":\"error\",\"msg\":\"query failed\",\"error\":\"connect ECONNREFUSED {Ip(r)}:5432\",\"request_id\":\"{Id(r)}\"}}",
        3 => $"{{\"time\":\"{t:O}\",\"level\":\"error\",\"msg\":\"query failed\",\"error\":\"timeout after {Dur(r)}\",\"request_id\":\"{Id(r)}\"}}",
        4 => $"{{\"@timestamp\":\"{t:O}\",\"log.level\":\"WARN\",\"message\":\"pool has {r.Next(5)} of {r.Next(50)} connections free\",\"service\":{{\"name\":\"shop\"}}}}",
        5 => $"{{\"time\":\"{t:O}\",\"level\":\"info\",\"msg\":\"order placed\",\"order\":\"{Id(r)}\",\"tags\":[\"{Name(r)}\",\"{Name(r)}\"]}}",
        6 => $"{{\"time\":\"{t:O}\",\"level\":\"error\",\"msg\":\"unhandled\",\"err\":{{\"type\":\"TypeError\",\"message\":\"Cannot read properties of undefined (reading 'total')\",\"stack\":\"TypeError: x\\n at a.js:{r.Next(99)}\"}}}}",
        _ => $"{{\"time\":\"{t:O}\",\"level\":\"info\",\"msg\":\"request done\",\"path\":\"{Path(r)}\",\"status\":50{r.Next(4)},\"ms\":{r.Next(900)}}}",
    };

    private static FormattableString Logfmt(int kind, Random r, DateTimeOffset t) => kind switch
    {
        0 => $"ts={t:O} level=info caller=http.go:{r.Next(400)} msg=\"request done\" method=GET path={Path(r)} status=200 took={Dur(r)}",
        1 => $"ts={t:O} level=info msg=\"signed in\" user={Name(r)} ip={Ip(r)}",
        2 => $"ts={t:O} level=error caller=db.go:{r.Next(9)} msg=\"connect to database\" err=\"dial tcp {Ip(r)}:5432: connect: connection refused\"",
        3 => $"ts={t:O} level=error caller=db.go:{r.Next(9)} msg=\"connect to database\" err=\"dial tcp {Ip(r)}:5432: i/o timeout\"",
        4 => $"ts={t:O} level=warn component=cache msg=\"evicted {r.Next(99)} entries in {Dur(r)}\"",
        5 => $"time={t:O} level=info msg=ready addr=:{r.Next(9999)}",
        6 => $"ts={t:O} level=debug msg=\"lease for {Name(r)} renewed\" until={t:O}",
        _ => $"ts={t:O} level=error msg=\"panic recovered\" err=\"runtime error: index out of range [{r.Next(9)}] with length {r.Next(9)}\"",
    };

    private static FormattableString Java(int kind, Random r, DateTimeOffset t)
    {
        var head = $"{t:yyyy-MM-dd HH:mm:ss,fff} [http-nio-8080-exec-{r.Next(20)}]";
        return kind switch
        {
            0 => $"{head} INFO  c.s.CartController - Cart of user {Name(r)} loaded in {r.Next(99)} ms",
            1 => $"{head} INFO  c.s.OrderService - Order {Id(r)} placed",
            2 => $"{head} ERROR c.s.Db - Could not open JDBC connection: java.net.ConnectException: Connection refused (db-{r.Next(3)}/{Ip(r)}:5432)",
            3 => $"{head} ERROR c.s.OrderService - Order {Id(r)} failed: java.lang.IllegalStateException: out of stock",
            4 => $"{head} WARN  c.z.h.pool.HikariPool - HikariPool-1 - Thread starvation or clock leap detected (housekeeper delta={Dur(r)}).",
            5 => $"{head} DEBUG o.h.SQL - select o.id from orders o where o.customer=? and o.total>{r.Next(999)}",
            6 => $"{head} ERROR c.s.OrderService - Order {Id(r)} failed: java.lang.NullPointerException: Cannot invoke \"Cart.total()\" because \"cart\" is null",
            _ => $"{head} WARN  c.s.Gc - GC pause {r.Next(999)}ms, heap {r.Next(900)}M of 1024M",
        };
    }

    private static FormattableString Postgres(int kind, Random r, DateTimeOffset t)
    {
        var head = $"{t:yyyy-MM-dd HH:mm:ss.fff} UTC [{r.Next(40_000)}]";
        return kind switch
        {
            0 => $"{head} LOG:  checkpoint complete: wrote {r.Next(999)} buffers ({r.Next(9)}.{r.Next(9)}%); 0 WAL file(s) added, {r.Next(3)} removed",
            1 => $"{head} LOG:  connection received: host={Ip(r)} port={r.Next(60_000)}",
            2 => $"{head} FATAL:  the database system is starting up",
            3 => $"{head} FATAL:  password authentication failed for user \"{Name(r)}\"",
            4 => $"{head} ERROR:  duplicate key value violates unique constraint \"orders_pkey\"",
            5 => $"{head} LOG:  duration: {r.Next(9999)}.{r.Next(999)} ms  statement: select * from orders where id = {r.Next(9999)}",
            6 => $"{head} LOG:  server process (PID {r.Next(9999)}) was terminated by signal 9: Killed",
            _ => $"{head} FATAL:  sorry, too many clients already",
        };
    }

    private static FormattableString Nginx(int kind, Random r, DateTimeOffset t)
    {
        var head = $"{t:yyyy/MM/dd HH:mm:ss}";
        var request = $"client: {Ip(r)}, server: shop.example.com, request: \"GET {Path(r)} HTTP/1.1\", upstream: \"http://{Ip(r)}:8080{Path(r)}\", host: \"shop.example.com\"";
        return kind switch
        {
            0 => $"{head} [error] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} connect() failed (111: Connection refused) while connecting to upstream, {request}",
            1 => $"{head} [error] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} upstream timed out (110: Connection timed out) while reading response header from upstream, {request}",
            2 => $"{head} [warn] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/{r.Next(9)}/00/{r.Next(99)} while reading upstream, {request}",
            3 => $"{head} [error] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} no live upstreams while connecting to upstream, {request}",
            4 => $"{head} [notice] 1#1: signal 1 (SIGHUP) received from {r.Next(99)}, reconfiguring",
            5 => $"{head} [crit] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: {Ip(r)}, server: 0.0.0.0:443",
            6 => $"{head} [error] {r.Next(99)}#{r.Next(99)}: *{r.Next(9999)} open() \"/usr/share/nginx/html{Path(r)}\" failed (2: No such file or directory), {request}",
            _ => $"{head} [alert] 1#1: worker process {r.Next(99)} exited on signal 11 (core dumped)",
        };
    }

    private static FormattableString Kubernetes(int kind, Random r, DateTimeOffset t)
    {
        var pod = $"shop/{Name(r)}-{r.Next(0x10000):x4}{r.Next(0x10000):x4}-{r.Next(0x10000):x5}";
        return kind switch
        {
            0 => $"I{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} kubelet.go:{r.Next(2000)}] SyncLoop (PLEG): event for pod {pod}",
            1 => $"E{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} pod_workers.go:190] Error syncing pod {Id(r)}, skipping: failed to start container with CrashLoopBackOff",
            2 => $"W{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} eviction.go:344] attempting to reclaim memory of node {Name(r)}",
            3 => $"I{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} prober.go:117] Liveness probe for {pod} failed: HTTP probe failed with statuscode: 503",
            4 => $"E{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} kuberuntime_image.go:50] Pull image \"registry.example.com/shop/{Name(r)}:v{r.Next(99)}\" failed: no such host",
            5 => $"{t:MMM dd HH:mm:ss} node-{r.Next(9)} kernel: Out of memory: Killed process {r.Next(9999)} (postgres) total-vm:{r.Next(99999)}kB, anon-rss:{r.Next(9999)}kB",
            6 => $"I{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} scheduler.go:600] Successfully bound pod {pod} to node {Name(r)}",
            _ => $"W{t:MMdd HH:mm:ss.ffffff}    {r.Next(9999)} reflector.go:424] watch of *v1.Pod ended with: too old resource version: {r.Next(9999)} ({r.Next(9999)})",
        };
    }

    private static FormattableString Node(int kind, Random r, DateTimeOffset t) => kind switch
    {
        0 => $"[{t:O}] info: {Name(r)} signed in from {Ip(r)}",
        1 => $"[{t:O}] error: Error: connect ECONNREFUSED {Ip(r)}:5432",
        2 => $"[{t:O}] warn: slow request {Path(r)} took {Dur(r)}",
        3 => $"[{t:O}] error: UnhandledPromiseRejection: TypeError: cart.total is not a function",
        4 => $"[{t:O}] info: job {Id(r)} of queue mail finished in {Dur(r)}",
        5 => $"[{t:O}] error: payment for {Name(r)} declined: insufficient funds",
        6 => $"[{t:O}] info: feature flag newCheckout is {(r.Next(2) == 0 ? "true" : "false")} for {Name(r)}",
        _ => $"[{t:O}] error: getaddrinfo ENOTFOUND {(r.Next(2) == 0 ? "db.internal" : "cache.svc.cluster.local")}",
    };
}
