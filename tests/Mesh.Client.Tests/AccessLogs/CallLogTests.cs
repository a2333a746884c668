using System.Text.Json.Nodes;
using Mesh.Client.AccessLogs;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Model.Telemetry;
using Mesh.Client.Pipeline.AccessLogs;
using Mesh.Client.Pipeline.Actions;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Tests.Pipeline;
using Mesh.Client.Tracing;
using Mesh.Testing.Logging;
using Mesh.Testing.Time;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Tests.AccessLogs;

/// <summary>What access logs say of calls, and where they go.</summary>
public sealed class CallLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogCollector _logs = new();
    private readonly TelemetryPolicy _policy = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-logs-");
    private readonly MeshAccessLogOptions _options = new();
    private AccessLogPlan? _plan;
    private LogQueue? _queue;

    [Fact]
    public async Task Call_WithIstiosDefault_IsALineOfTheApplicationsLogs()
    {
        var lines = await LogAsync([new AccessLog("envoy")], "http://ratings/ratings/0?x=1");

        Assert.Equal(
            "[2030-01-01T00:00:00.000Z] \"GET /ratings/0?x=1 HTTP/1.1\" 200 - via_upstream - \"-\" 0 1 0 0 \"-\" \"agent\" \"id-1\" \"ratings\" \"127.0.0.1:7\" one - - - - one",
            Assert.Single(lines));
    }

    [Theory]
    [InlineData("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG% %RESPONSE_CODE_DETAILS%", "503 UH NoHealthyUpstream no_healthy_upstream")]
    [InlineData("%REQ(:SCHEME)% %REQ_WITHOUT_QUERY(:PATH)% %PATH(NQ)% %QUERY_PARAM(b)% %QUERY_PARAMS%", "http /a /a 2 x=1&b=2")]
    [InlineData("%HOSTNAME% %ENVIRONMENT(POD_NAME)% %ENVIRONMENT(SECRET)% %UPSTREAM_REQUEST_ATTEMPT_COUNT%", "host-1 pod-1 - 0")]
    [InlineData("%CEL(response.code + 1)% %CEL(nothing.there)% %BYTES_RETRANSMITTED% %RESPONSE_TX_DURATION% %UPSTREAM_HOSTS_ATTEMPTED%", "504 - 0 - -")]
    [InlineData("%REQUESTED_SERVER_NAME% %REQUESTED_SERVER_NAME(SNI_FIRST)% %QUERY_PARAMS(DECODED)% %UPSTREAM_PEER_URI_SAN%", "- empty x=1&b=2 -")]
    [InlineData("%START_TIME(%Y%m%d)% %UPSTREAM_HOST% %GRPC_STATUS% %TRACE_ID% %VIRTUAL_HOST_NAME%", "20300101 - - - empty")]
    public async Task Call_AnsweredByTheMesh_TellsWhy(string format, string expected) =>
        Assert.Equal(expected, Assert.Single(await LogAsync([new AccessLog("a") { Text = format }], "http://empty/a?x=1&b=2")));

    [Fact]
    public async Task Call_AsJsonForOtlp_HasItsFieldsAsAttributes()
    {
        var log = new AccessLog("otel") { Json = new JsonObject { ["code"] = "%RESPONSE_CODE%", ["none"] = "%GRPC_STATUS%", ["host"] = "%UPSTREAM_HOST%" }, Collector = new CollectorReference("otel:4317", IsHttp: false) };

        Assert.Equal("""{"code":200,"none":null,"host":"127.0.0.1:7"}""", Assert.Single(await LogAsync([log], "http://ratings/")));
        var fields = AccessLogEntry.OfFields("""{"code":200,"none":null,"host":"127.0.0.1:7"}""").ToDictionary();
        Assert.Equal(2, fields.Count);
        Assert.Equal(200L, fields["code"]);
        Assert.Equal("127.0.0.1:7", fields["host"]);
        Assert.Empty(AccessLogEntry.OfFields("""{"code":200,"ho"""));
    }

    [Fact]
    public async Task Call_AsJson_IsAnObject()
    {
        var line = Assert.Single(await LogAsync([new AccessLog("a") { Json = new JsonObject { ["code"] = "%RESPONSE_CODE%", ["host"] = "%UPSTREAM_HOST%" } }], "http://ratings/"));

        Assert.Equal("""{"code":200,"host":"127.0.0.1:7"}""", line);
    }

    [Theory]
    [InlineData("response.code >= 500", 0)]
    [InlineData("response.code < 500 && request.method == 'GET'", 1)]
    [InlineData("request.headers['user-agent'].contains('age')", 1)]
    [InlineData("request.headers['nobody'] == 'x'", 0)]
    [InlineData("response.flags == 0", 1)]
    public async Task Call_FilteredByCel_IsLoggedWhenItHolds(string filter, int lines) =>
        Assert.Equal(lines, (await LogAsync([new AccessLog("a") { Filter = filter, Text = "x" }], "http://ratings/")).Count);

    [Fact]
    public async Task Filter_ThatIsNone_LogsNothingAndIsToldOnce()
    {
        _logs.Expect("AccessLogFilterUnusable");
        Assert.Empty(await LogAsync([new AccessLog("a") { Filter = "response.code >=" }], "http://ratings/"));
        _policy.Publish(_policy.Current);

        Assert.Single(_logs.Entries, entry => entry.EventName == "AccessLogFilterUnusable");
    }

    [Fact]
    public async Task File_BelowTheDirectory_IsWrittenAndBegunAnewAfterRotation()
    {
        _options.Directory = _folder.FullName;
        var path = Path.Combine(_folder.FullName, "sub", "access.log");
        var log = new AccessLog("a") { File = path, Text = "%RESPONSE_CODE%\n" };

        Assert.Empty(await LogAsync([log], "http://ratings/"));
        Assert.Equal("200\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        File.Move(path, path + ".1");
        _queue!.Write();
        await LogAsync([log], "http://empty/");
        await LogAsync([log], "http://empty/");

        Assert.True(File.Exists(path));
        Assert.EndsWith("503\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "/var/log/mesh.log")]
    [InlineData(true, "/etc/passwd")]
    [InlineData(true, "../outside.log")]
    public async Task File_Elsewhere_GoesToTheApplicationsLogs(bool hasDirectory, string path)
    {
        _logs.Expect("AccessLogFileRefused");
        _options.Directory = hasDirectory ? _folder.FullName : null;

        Assert.Equal("200", Assert.Single(await LogAsync([new AccessLog("a") { File = path, Text = "%RESPONSE_CODE%" }], "http://ratings/")));
    }

    [Fact]
    public void Queue_Full_DropsAndCounts()
    {
        var queue = new LogQueue(new MeshAccessLogOptions { QueueLength = 16 }, null, _time);
        var destination = new CountingDestination();

        for (var i = 0; i < 20; i++)
        {
            queue.Add(destination, queue.Rent());
        }

        Assert.Equal((4L, 0), (queue.Dropped, destination.Lines));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((16, 1), (destination.Lines, destination.Flushes));
    }

    [Fact]
    public void F07_QueueFullOfLongEntries_DropsAndCountsByTheirSize()
    {
        var queue = new LogQueue(new MeshAccessLogOptions { QueueSize = 10 * 32 * 1024 }, null, _time);
        var destination = new CountingDestination();

        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                var text = queue.Rent();
                text.Append(new string('a', 100_000));
                queue.Add(destination, text);
            }

            // What was written makes room again.
            Assert.Equal((10L * round, 10 * (round - 1)), (queue.Dropped, destination.Lines));
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(10 * round, destination.Lines);
        }
    }

    public void Dispose()
    {
        _plan?.Dispose();
        _folder.Delete(recursive: true);
        _logs.VerifyNoUnexpected();
    }

    /// <summary>The entries of one call in the application's logs.</summary>
    private async Task<List<string>> LogAsync(AccessLog[] logs, string uri)
    {
        _policy.Publish(new WorkloadTelemetry { AccessLogs = new AccessLogPolicy { Client = [.. logs] } });
        if (_plan is null)
        {
            _queue = new LogQueue(_options, null, _time);
            _plan = new AccessLogPlan(_options, _queue, new LoggerFactory([_logs.AsProvider()]));
        }

        var facts = new ProcessFacts("host-1", name => name == "POD_NAME" ? "pod-1" : null, _time);
        var sink = new CallLogSink(_plan, _policy, facts, new TracedWorkload("", "productpage", "v1", "default", "cluster.local"));
        using var mesh = new OutboundHarness(new ScriptedEndpoints(), time: _time, sinks: [sink]).Forward("ratings", 7).Route("empty", [OutboundHarness.To("none")], ("none", []));
        using var response = await mesh.GetAsync(uri, request =>
        {
            request.Headers.Add("user-agent", "agent");
            request.Headers.Add("x-request-id", "id-1");
        });
        _queue!.Write();
        return [.. _logs.Entries.Where(entry => entry.EventName == "AccessLog").Select(entry => entry.Message)];
    }

    private sealed class CountingDestination : ILogDestination
    {
        public int Lines { get; private set; }

        public int Flushes { get; private set; }

        public bool IsEnabled => true;

        public void Write(ReadOnlySpan<char> line) => Lines++;

        public void Flush() => Flushes++;
    }
}
