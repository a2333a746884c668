using System.Globalization;
using System.Text.Json;
using Mesh.ControlPlane.Registries.Http;

namespace Mesh.ControlPlane.Registries.Consul;

/// <summary>Asks Consul's catalog by blocking queries.</summary>
internal sealed class ConsulApi(ConsulSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>For what is not waiting for news.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly RegistryHttp _http = new(settings.Endpoint, "X-Consul-Token", "", settings.MaxConnections + 1, time);

    /// <summary>All services with their tags.</summary>
    public Task<(JsonElement Body, string? Index)> ServicesAsync(ulong index, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync("v1/catalog/services", "", index, wait, cancellationToken);

    /// <summary>The instances of a service whose checks all pass.</summary>
    public Task<(JsonElement Body, string? Index)> InstancesAsync(string service, ulong index, TimeSpan wait, CancellationToken cancellationToken) =>
        AskAsync(
            $"v1/health/service/{Uri.EscapeDataString(service)}",
            settings.Tag.Length > 0 ? $"&passing=true&tag={Uri.EscapeDataString(settings.Tag)}" : "&passing=true",
            index,
            wait,
            cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<(JsonElement Body, string? Index)> AskAsync(string path, string more, ulong index, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Stale reads are answered by any server: a registry that has no leader still tells what it knows.
        var query = string.Create(CultureInfo.InvariantCulture, $"{path}?index={index}&wait={(long)wait.TotalSeconds}s&stale{more}");
        query = settings.Datacenter.Length > 0 ? $"{query}&dc={Uri.EscapeDataString(settings.Datacenter)}" : query;

        // Consul adds up to a sixteenth of the wait, so that not all come back at once.
        using var reply = await _http.GetAsync(query, (wait * 17 / 16) + AnswerTime, prepare: null, cancellationToken);
        return (reply!.Body.Clone(), reply.Header("X-Consul-Index"));
    }
}
