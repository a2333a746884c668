using System.Text.Json;

namespace Bookinfo.AppHost;

/// <summary>Waits until every process is known to the mesh and a user would see a whole page.</summary>
internal sealed class ReadinessProbe(ControlPlane controlPlane, IReadOnlyList<string> pages, IReadOnlyList<RunReport.WorkloadEntry> workloads, Progress progress) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    // Loopback only: a proxy of the environment has no part in it.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private string _lastMissing = "";

    /// <summary>Completes when nothing is missing; says on the way what is.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (await MissingAsync(cancellationToken) is { } missing)
        {
            if (missing != _lastMissing)
            {
                progress.Say("bookinfo", $"waiting: {missing}");
                _lastMissing = missing;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return true;
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> MissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MissingInRegistryAsync(cancellationToken) ?? await MissingOnPagesAsync(cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit of one request, not that of the start.
            return $"no answer within {_client.Timeout.TotalSeconds:0} s";
        }
    }

    /// <summary>Compares real ports: they are unique on this machine, and the address may be written in several ways.</summary>
    private async Task<string?> MissingInRegistryAsync(CancellationToken cancellationToken)
    {
        using var registry = JsonDocument.Parse(await _client.GetStringAsync(controlPlane.Http + "/debug/registryz", cancellationToken));
        var known = registry.RootElement.GetProperty("services").EnumerateArray()
            .SelectMany(service => service.GetProperty("endpoints").EnumerateArray())
            .Where(TakesMutualTls)
            .Select(endpoint => endpoint.GetProperty("port").GetInt32())
            .ToHashSet();
        var missing = workloads.Where(workload => !known.Contains(new Uri(workload.Address).Port)).Select(workload => workload.Name).ToArray();
        return missing.Length == 0 ? null : "not registered with a certificate yet: " + string.Join(", ", missing);
    }

    // Its process says so as soon as it has its certificate; before that, callers use plaintext, which STRICT ports do not take.
    private static bool TakesMutualTls(JsonElement endpoint) =>
        endpoint.GetProperty("labels").TryGetProperty("security.istio.io/tlsMode", out var mode) && mode.GetString() == "istio";

    private async Task<string?> MissingOnPagesAsync(CancellationToken cancellationToken)
    {
        foreach (var page in pages)
        {
            if (await MissingOnPageAsync(page, cancellationToken) is { } missing)
            {
                return missing;
            }
        }

        return null;
    }

    private async Task<string?> MissingOnPageAsync(string page, CancellationToken cancellationToken)
    {
        var html = await _client.GetStringAsync(page, cancellationToken);
        return (html.Contains("Book Details", StringComparison.Ordinal), html.Contains("Book Reviews", StringComparison.Ordinal)) switch
        {
            (true, true) => null,
            (false, true) => $"{page} has no details yet",
            (true, false) => $"{page} has no reviews yet",
            _ => $"{page} has neither details nor reviews yet",
        };
    }
}
