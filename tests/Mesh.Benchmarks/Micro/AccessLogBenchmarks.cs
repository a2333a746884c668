using BenchmarkDotNet.Attributes;
using Mesh.Client;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Server.AccessLogs;
using Mesh.Server.Reports;
using Mesh.Client.Pipeline.Actions;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.Micro;

/// <summary>What an access log entry costs the request: writing Istio's default format and handing it to the queue; somebody else writes it out.</summary>
[MemoryDiagnoser]
public class AccessLogBenchmarks : IDisposable
{
    private readonly LogQueue _queue = new(new MeshAccessLogOptions { FlushInterval = TimeSpan.FromMilliseconds(10) }, null, TimeProvider.System);
    private readonly TextLogFormat _text = new(LogFormatParser.Parse(TextLogFormat.Default, []));
    private readonly JsonLogFormat _json = JsonLogFormat.Compile(JsonLogFormat.Default(), []);
    private readonly ProcessFacts _facts = new("host-1", static _ => null, TimeProvider.System);
    private readonly Nowhere _destination = new();
    private RequestRecord? _record;
    private RequestReport _report = new() { HttpStatus = 200, Duration = TimeSpan.FromMilliseconds(3), ResponseBytes = 1024 };

    [GlobalSetup]
    public void Setup()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Path = "/reviews/0";
        context.Request.Host = new HostString("reviews", 9080);
        context.Request.Headers["x-request-id"] = "4e43168a-01e6-407c-ba17-2f72fad816a8";
        context.Request.Headers.UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
        context.Connection.LocalIpAddress = context.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;
        _record = new RequestRecord(context, start: 0);
    }

    [Benchmark]
    public void Text() => Write(_text);

    [Benchmark]
    public void Json() => Write(_json);

    public void Dispose() => _queue.Dispose();

    private void Write(ILogFormat format)
    {
        var text = _queue.Rent();
        format.Write(new RequestLogValues(_record!, _report, _facts), text);
        _queue.Add(_destination, text);
    }

    private sealed class Nowhere : ILogDestination
    {
        public bool IsEnabled => true;

        public void Write(ReadOnlySpan<char> line)
        {
        }

        public void Flush()
        {
        }
    }
}
