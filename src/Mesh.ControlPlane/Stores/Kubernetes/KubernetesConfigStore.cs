using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Kubernetes;
using Mesh.ControlPlane.Kubernetes.Connection;
using Mesh.ControlPlane.Kubernetes.Mirror;

namespace Mesh.ControlPlane.Stores.Kubernetes;

/// <summary>Holds the configuration in a Kubernetes API server: reads come from a mirror of it, writes go there, on condition that it still has what the writer has seen.</summary>
internal sealed class KubernetesConfigStore : IResourceStore, IAsyncDisposable
{
    private const int Conflict = 409;
    private const int NotFound = 404;
    private const int TooLarge = 413;

    /// <summary>How long an answer waits until the mirror has the write; it is durable all the same.</summary>
    private static readonly TimeSpan VisibleTimeout = TimeSpan.FromSeconds(3);

    private readonly KubernetesClient _client;
    private readonly KubernetesMirror _mirror;
    private readonly TimeProvider _time;

    public KubernetesConfigStore(KubernetesClient client, KubernetesMirror mirror, TimeProvider time)
    {
        (_client, _mirror, _time) = (client, mirror, time);
        mirror.Changed += OnChanged;
        mirror.Start();
    }

    public event Action? Changed;

    public ConfigSnapshot Current => _mirror.History.Current;

    public ConfigHistory History => _mirror.History;

    /// <summary>Followed for services and endpoints too.</summary>
    public KubernetesMirror Mirror => _mirror;

    public Uri Server => _client.Server;

    /// <summary>Completes when everything was read.</summary>
    public Task Loaded => _mirror.Loaded;

    public async Task<WriteResult> WriteAsync(ResourceWrite write, CancellationToken cancellationToken)
    {
        var current = Current.Resources.GetValueOrDefault(write.Id);
        if ((WriteRules.Judge(write, current) ?? WriteRules.Measure(write, History, new StoreLimits { ObjectsPerNamespace = int.MaxValue })) is { } verdict)
        {
            return verdict;
        }

        var kind = (write.Next ?? current)!.Kind;
        if (!_mirror.Has(kind))
        {
            return WriteResult.Refuse(WriteRefusal.ReadOnly, $"{kind.QualifiedPlural} are not kept in {Server}: its definition is not installed there, the account may not read it, or the mesh has no use for it. Apply it to the cluster itself.");
        }

        try
        {
            var written = await SendAsync(KubernetesRequest.Of(write, kind, current, _mirror.Versions.Of(write.Id)), cancellationToken);
            return await SeeAsync(write, current, written, cancellationToken);
        }
        catch (KubernetesFailure failure)
        {
            return Refused(failure, write, current);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or JsonException)
        {
            return exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
                ? WriteResult.Refuse(WriteRefusal.Unavailable, $"{Server} is away, and nothing can be written: {exception.Message}. What is there stays in use; try again in some seconds.")
                : new WriteResult(WriteStatus.Unknown, null, Message: $"The connection to {Server} broke while this was written: {exception.Message}. Read the resource before you try again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _mirror.Changed -= OnChanged;
        await _mirror.DisposeAsync();
    }

    private void OnChanged() => Changed?.Invoke();

    /// <summary>Carries the requests of one write, the status after the rest.</summary>
    private async Task<JsonElement> SendAsync(KubernetesRequest request, CancellationToken cancellationToken)
    {
        var answer = await _client.SendAsync(request.Method, request.Path, request.Body, cancellationToken, request.ContentType);
        if (request.StatusAfter is not { } status)
        {
            return answer;
        }

        status.Body["metadata"]!["resourceVersion"] = answer.Field("metadata").Text("resourceVersion");
        return await _client.SendAsync(HttpMethod.Put, status.Path, status.Body, cancellationToken);
    }

    /// <summary>Waits until the mirror has the write, so that who wrote also reads it.</summary>
    private async Task<WriteResult> SeeAsync(ResourceWrite write, Resource? current, JsonElement answer, CancellationToken cancellationToken)
    {
        var version = answer.Field("metadata").Text("resourceVersion");
        using var limit = new CancellationTokenSource(VisibleTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (!IsSeen(write, current, version))
            {
                var seen = Current.Version;
                if (!IsSeen(write, current, version))
                {
                    await History.WaitAsync(seen, both.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        var there = Current.Resources.GetValueOrDefault(write.Id);
        return new WriteResult(WriteStatus.Done, write.Next is null ? there ?? current : there ?? write.Next, Current.Version);
    }

    private bool IsSeen(ResourceWrite write, Resource? current, string version)
    {
        var there = Current.Resources.GetValueOrDefault(write.Id);

        // What finalizers hold is marked first, and gone later.
        return write.Next is null || KubernetesRequest.IsDeletion(write.Next, current)
            ? there is null || !ReferenceEquals(there, current)
            : _mirror.Shows(write.Id, version);
    }

    private static WriteResult Refused(KubernetesFailure failure, ResourceWrite write, Resource? current) => failure.Code switch
    {
        NotFound when write.Next is null => new WriteResult(WriteStatus.Absent, null),
        NotFound when current is not null => new WriteResult(WriteStatus.Conflict, null),
        Conflict => new WriteResult(WriteStatus.Conflict, current),
        TooLarge => WriteResult.Refuse(WriteRefusal.TooLarge, failure.Message),
        408 or 504 => new WriteResult(WriteStatus.Unknown, null, Message: $"{failure.Message} Read the resource before you try again."),
        429 or >= 500 or 0 => WriteResult.Refuse(WriteRefusal.Unavailable, failure.Message),
        _ => WriteResult.Refuse(WriteRefusal.ReadOnly, failure.Message),
    };
}
