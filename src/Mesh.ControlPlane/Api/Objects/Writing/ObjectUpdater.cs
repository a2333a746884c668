using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Objects.Defaults;
using Mesh.Config.Objects.Lifecycle;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Writing.Removing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Leads objects from one state to the next, whoever else writes at the same time.</summary>
internal sealed class ObjectUpdater(ObjectSource source, ObjectAdmission admission, ObjectStoreWriter writer, NamespaceRemoval namespaces)
{
    /// <summary>Changes an object; tries again on its newest state when another write came first, unless the caller insists on a version.</summary>
    /// <param name="context">The request.</param>
    /// <param name="change">The next state of what it is given, which it may keep.</param>
    /// <param name="own">Records who owns which fields: (before, after).</param>
    public async Task<Resource> UpdateAsync(WriteContext context, Func<JsonObject, JsonObject> change, Func<JsonObject, JsonObject, JsonObject> own)
    {
        var path = context.Path;
        for (var attempt = 0; attempt < ObjectStoreWriter.Attempts; attempt++)
        {
            var snapshot = source.Current;
            var current = source.Find(snapshot, path.Kind, path.Id) ?? throw ObjectErrors.NotFound(path.Kind, path.Name!);
            var before = ObjectJson.ToNode(current, path.Version);
            var document = change((JsonObject)before.DeepClone());
            RequireUnchanged(path, current, document);
            if (Next(context, current, before, document, own) is not { } next)
            {
                return current;
            }

            var (resource, isGone) = next;
            if (context.Options.DryRun)
            {
                return resource with { ResourceVersion = current.ResourceVersion };
            }

            if (await writer.TryWriteAsync(snapshot, current, isGone ? null : resource, context) is { } written)
            {
                await (isGone ? namespaces.FinishAsync(resource.Id.Namespace, context.Call.Cancellation) : Task.CompletedTask);
                return written;
            }
        }

        throw ObjectErrors.Modified(path.Kind, path.Name!);
    }

    // Null when nothing changes.
    private (Resource Resource, bool IsGone)? Next(
        WriteContext context, Resource current, JsonObject before, JsonObject document, Func<JsonObject, JsonObject, JsonObject> own)
    {
        var path = context.Path;
        ObjectMetadata.Match(document, path);
        var step = Step(context, before, document);
        var defaulted = ObjectDefaults.Apply(path.Kind.Group, path.Kind.Kind, step.Object, before);
        NamespaceState.Apply(path.Kind, defaulted);
        var admitted = admission.Admit(context.Call, path, defaulted, context.Options.FieldValidation);
        var next = own(before, defaulted);
        if (!step.Remove && ObjectComparison.IsSame(before, next))
        {
            return null;
        }

        // What was written as v1beta1 stays so in the store, as a person's file would.
        next["apiVersion"] = path.Kind.ApiVersionOf(current.ApiVersion);
        var resource = admitted with
        {
            ApiVersion = current.ApiVersion,
            Document = JsonSerializer.SerializeToElement(next),
            CreationTimestamp = current.CreationTimestamp,
            Origin = current.Origin,
        };
        return (resource, step.Remove);
    }

    private static LifecycleStep Step(WriteContext context, JsonObject before, JsonObject document)
    {
        try
        {
            return ObjectLifecycle.Update(before, document, context.Path.Subresource ?? "", context.Path.Kind.HasStatus);
        }
        catch (ObjectRuleException exception)
        {
            throw ObjectErrors.Of(context.Path.Kind, context.Path.Name!, exception);
        }
    }

    // Optimistic concurrency: who names a version means that one.
    private static void RequireUnchanged(ObjectPath path, Resource current, JsonObject document)
    {
        var version = ObjectMetadata.Text(document, "resourceVersion");
        if (version.Length > 0 && version != current.ResourceVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw ObjectErrors.Modified(path.Kind, path.Name!);
        }
    }
}
