using System.Globalization;
using System.Text.Json;
using Mesh.Config;
using Mesh.Config.Objects.Lifecycle;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;

namespace Mesh.ControlPlane.Api.Objects.Writing.Removing;

/// <summary>Removes objects, or marks those that finalizers still hold.</summary>
internal sealed class ObjectRemover(ObjectSource source, ObjectStoreWriter writer, NamespaceRemoval namespaces, ObjectLifecycle lifecycle)
{
    /// <summary>What was removed; or, with <see cref="Removal.IsGone"/> false, what is still there.</summary>
    public async Task<Removal> RemoveAsync(ResourceKind kind, ResourceId id, DeleteOptions options, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < ObjectStoreWriter.Attempts; attempt++)
        {
            var snapshot = source.Current;
            var current = source.Find(snapshot, kind, id) ?? throw ObjectErrors.NotFound(kind, id.Name);
            Require(kind, current, options);
            if (kind == ServedKinds.Namespace && ImpliedNamespaces.IsPermanent(id.Name))
            {
                throw ObjectErrors.Forbidden(kind, id.Name, "this namespace may not be deleted");
            }

            if (kind == ServedKinds.CustomResourceDefinition && !ObjectSource.IsStored(snapshot, id))
            {
                throw ObjectErrors.Forbidden(kind, id.Name, "the server is made with this kind");
            }

            var document = ObjectJson.ToNode(current, current.ApiVersion);
            var step = lifecycle.Delete(document);
            if (options.DryRun || (!step.Remove && ObjectSource.IsDeleted(current)))
            {
                return new Removal(current, IsGone: step.Remove);
            }

            if (kind == ServedKinds.Namespace)
            {
                return await namespaces.RemoveAsync(current, this, cancellation);
            }

            step.Object["metadata"]!.AsObject().Remove("resourceVersion");
            var next = step.Remove ? null : current with { Document = JsonSerializer.SerializeToElement(step.Object) };
            if (await writer.TryWriteAsync(snapshot, current, next, cancellation) is { } written)
            {
                await (step.Remove ? namespaces.FinishAsync(id.Namespace, cancellation) : Task.CompletedTask);
                return new Removal(written, IsGone: step.Remove);
            }
        }

        throw ObjectErrors.Modified(kind, id.Name);
    }

    private static void Require(ResourceKind kind, Resource current, DeleteOptions options)
    {
        var uid = ObjectSource.UidOf(current);
        if (options.Uid is { } asked && asked != uid)
        {
            throw ObjectErrors.Conflict(kind, current.Id.Name, $"Precondition failed: UID in precondition: {asked}, UID in object meta: {uid}");
        }

        var version = current.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        if (options.ResourceVersion is { } expected && expected != version)
        {
            throw ObjectErrors.Conflict(
                kind, current.Id.Name, $"Precondition failed: ResourceVersion in precondition: {expected}, ResourceVersion in object meta: {version}");
        }
    }
}
