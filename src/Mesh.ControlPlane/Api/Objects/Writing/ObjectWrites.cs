using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Selection;
using Mesh.ControlPlane.Api.Routing;
using Mesh.ControlPlane.Api.Objects.Writing.Removing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Answers create, update, delete and deletecollection.</summary>
internal sealed class ObjectWrites(ObjectSource source, ObjectRenderer renderer, ObjectChanges changes)
{
    public async Task CreateAsync(ApiCall call, ObjectPath path)
    {
        var context = WriteContext.Of(call, path, "CreateOptions");
        var document = await ObjectBody.ReadObjectAsync(call);
        var created = await changes.Creator.CreateAsync(context, document, after => changes.Owners.Update(context, null, after));
        await renderer.WriteAsync(call, path, created, StatusCodes.Status201Created);
    }

    public async Task ReplaceAsync(ApiCall call, ObjectPath path)
    {
        var context = WriteContext.Of(call, path, "UpdateOptions");
        var document = await ObjectBody.ReadObjectAsync(call);

        // As for Kubernetes' custom resources; its own kinds may be overwritten blindly.
        if (!path.Kind.IsBuiltIn && ObjectMetadata.Text(document, "resourceVersion").Length == 0 && source.Find(path.Kind, path.Id) is not null)
        {
            throw ObjectErrors.Invalid(path.Kind, path.Name!, FieldError.Invalid("metadata.resourceVersion", "0x0: must be specified for an update"));
        }

        var written = await changes.Updater.UpdateAsync(context, _ => (JsonObject)document.DeepClone(), (before, after) => changes.Owners.Update(context, before, after));
        await renderer.WriteAsync(call, path, written);
    }

    public async Task DeleteAsync(ApiCall call, ObjectPath path)
    {
        var options = await DeleteOptions.OfAsync(call);
        var removal = await changes.Remover.RemoveAsync(path.Kind, path.Id, options, call.Cancellation);
        await (removal.IsGone ? call.WriteAsync(Success(path, removal.Resource)) : renderer.WriteAsync(call, path, removal.Resource));
    }

    public async Task DeleteCollectionAsync(ApiCall call, ObjectPath path)
    {
        var filter = ObjectFilter.Of(call, path);
        var options = await DeleteOptions.OfAsync(call);
        var removed = new List<Resource>();
        foreach (var resource in source.List(source.Current, path.Kind).Where(filter.Matches))
        {
            try
            {
                removed.Add((await changes.Remover.RemoveAsync(path.Kind, resource.Id, options, call.Cancellation)).Resource);
            }
            catch (ApiException exception) when (exception.Code == StatusCodes.Status404NotFound)
            {
                // Somebody else was faster.
            }
        }

        await renderer.WriteListAsync(call, path, new ListMeta(source.Current.Version), removed);
    }

    // kubectl waits for an object of this uid to be gone, so that one made anew does not confuse it.
    private static JsonObject Success(ObjectPath path, Resource resource)
    {
        var details = new JsonObject { ["name"] = resource.Id.Name };
        if (path.Kind.Group.Length > 0)
        {
            details["group"] = path.Kind.Group;
        }

        details["kind"] = path.Kind.Plural;
        details["uid"] = ObjectSource.UidOf(resource);
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }
}
