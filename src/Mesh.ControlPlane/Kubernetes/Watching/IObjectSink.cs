using System.Text.Json;

namespace Mesh.ControlPlane.Kubernetes.Watching;

/// <summary>Takes what is read of an API server; called by the reader of each kind, several at a time.</summary>
internal interface IObjectSink
{
    /// <summary>All objects of the kind.</summary>
    void Replace(WatchedKind kind, string apiVersion, IReadOnlyList<JsonElement> objects);

    /// <summary>An object is new or another.</summary>
    void Put(WatchedKind kind, string apiVersion, JsonElement item);

    /// <summary>An object is gone; as it was last.</summary>
    void Remove(WatchedKind kind, JsonElement item);

    /// <summary>The server does not know the kind, or does not let us read it.</summary>
    /// <returns>Whether that is taken for an answer, as nothing was read of it before.</returns>
    bool Lack(WatchedKind kind, string reason);

    /// <summary>The kind cannot be followed now, or can again with null.</summary>
    void Report(WatchedKind kind, string? failure);
}
