using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Bookinfo.AppHost;

/// <summary>Has the control plane vouch for each workload: a token by which a process gets its first certificate.</summary>
internal sealed class IdentityTokens(ControlPlane controlPlane, RunFolder folder) : IDisposable
{
    // Long enough to enrol; from then on a process proves itself by its certificate.
    private const string Lifetime = "3600s";

    // Loopback only: a proxy of the environment has no part in it.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Makes the token of a workload.</summary>
    /// <returns>The file that holds it: arguments and variables of a process can be seen by too many.</returns>
    /// <exception cref="AppHostException">The control plane refuses.</exception>
    public async Task<string> IssueAsync(Workload workload, CancellationToken cancellationToken)
    {
        var wanted = new JsonObject { ["namespace"] = Workload.Namespace, ["serviceAccount"] = workload.ServiceAccount, ["ttl"] = Lifetime };
        try
        {
            using var response = await _client.PostAsJsonAsync(controlPlane.Http + "/api/v1/tokens", wanted, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode || (string?)JsonNode.Parse(text)?["token"] is not { } token)
            {
                throw new AppHostException($"The control plane made no identity token for {workload.Name}: it answered {(int)response.StatusCode} {text}");
            }

            return await folder.WriteSecretAsync(workload.Name + ".token", token, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new AppHostException($"The control plane made no identity token for {workload.Name}: {exception.Message}");
        }
    }

    public void Dispose() => _client.Dispose();
}
