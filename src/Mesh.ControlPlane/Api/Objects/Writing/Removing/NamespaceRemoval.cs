using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Objects.Writing.Removing;

/// <summary>Takes a namespace away with everything in it; it stays, closed to new objects, until the last one is gone.</summary>
internal sealed class NamespaceRemoval(ObjectSource source, ObjectStoreWriter writer, TimeProvider time)
{
    private static readonly DeleteOptions Whatever = new(DryRun: false, Uid: null, ResourceVersion: null);

    public async Task<Removal> RemoveAsync(Resource ns, ObjectRemover remover, CancellationToken cancellation)
    {
        await CloseAsync(ns.Id, cancellation);
        foreach (var resource in source.Current.Resources.Values.Where(resource => resource.Id.Namespace == ns.Id.Name))
        {
            try
            {
                await remover.RemoveAsync(resource.Kind, resource.Id, Whatever, cancellation);
            }
            catch (Routing.ApiException exception) when (exception.Code == StatusCodes.Status404NotFound)
            {
                // Somebody else was faster.
            }
        }

        await FinishAsync(ns.Id.Name, cancellation);
        return source.Find(ServedKinds.Namespace, ns.Id) is { } left ? new Removal(left, IsGone: false) : new Removal(ns, IsGone: true);
    }

    /// <summary>Removes a closed namespace once nothing is in it any more.</summary>
    public async Task FinishAsync(string name, CancellationToken cancellation)
    {
        var id = new ResourceId(ServedKinds.Namespace.Group, ServedKinds.Namespace.Kind, "", name);
        for (var attempt = 0; name.Length > 0 && attempt < ObjectStoreWriter.Attempts; attempt++)
        {
            var snapshot = source.Current;
            var isDone = !snapshot.Resources.TryGetValue(id, out var ns)
                || !ObjectSource.IsDeleted(ns)
                || snapshot.Resources.Keys.Any(other => other.Namespace == name)
                || await writer.TryWriteAsync(snapshot, ns, null, cancellation) is not null;
            if (isDone)
            {
                return;
            }
        }
    }

    private async Task CloseAsync(ResourceId id, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < ObjectStoreWriter.Attempts; attempt++)
        {
            var snapshot = source.Current;
            if (!snapshot.Resources.TryGetValue(id, out var ns) || ObjectSource.IsDeleted(ns))
            {
                return;
            }

            var document = ObjectJson.ToNode(ns, ns.ApiVersion);
            var metadata = ObjectMetadata.Of(document);
            metadata.Remove("resourceVersion");
            metadata["deletionTimestamp"] = ObjectJson.Time(time.GetUtcNow());
            document["status"] = new JsonObject { ["phase"] = "Terminating" };
            if (await writer.TryWriteAsync(snapshot, ns, ns with { Document = JsonSerializer.SerializeToElement(document) }, cancellation) is not null)
            {
                return;
            }
        }
    }
}
