using System.Diagnostics.Metrics;
using Mesh.Client.Telemetry;
using Mesh.Server.Reports;
using Mesh.Server.Rules;

namespace Mesh.Server.Apis.Usage;

/// <summary>Sink: counts the requests of API consumers, for metrics and for the control plane's book.</summary>
internal sealed class ApiUsageSink(ApiUsageBook book, IMeterFactory? meters) : IRequestSink
{
    private const int FirstFailure = 400;

    private readonly Counter<long>? _requests = meters?.Create(MeshTelemetry.MeterName).CreateCounter<long>(
        "mesh.api.requests", "{request}", "Requests of APIs that ask for keys, by consumer.");

    public void Begin(RequestRecord record)
    {
        // Whose it is turns out later.
    }

    public void End(RequestRecord record, in RequestReport report)
    {
        if (record.Context.Features.Get<RequestConsumer>() is not { } request)
        {
            return;
        }

        var consumer = request.Consumer?.Name ?? "";
        var isFailed = report.HttpStatus >= FirstFailure;
        book.Count(request.Rule, consumer, request.Version ?? "", isFailed);
        if (_requests is { Enabled: true })
        {
            _requests.Add(
                1,
                [
                    new("api", request.Rule),
                    new("consumer", consumer),
                    new("plan", request.Consumer?.Plan ?? ""),
                    new("version", request.Version ?? ""),
                    new("response_code_class", Class(report.HttpStatus)),
                ]);
        }
    }

    private static string Class(int status) => (status / 100) switch
    {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => "0",
    };
}
