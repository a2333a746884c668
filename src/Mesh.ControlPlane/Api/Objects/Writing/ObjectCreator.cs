using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Objects.Defaults;
using Mesh.Config.Objects.Lifecycle;
using Mesh.ControlPlane.Api.Objects.Reading;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Makes new objects.</summary>
internal sealed class ObjectCreator(ObjectSource source, ObjectAdmission admission, ObjectStoreWriter writer, ObjectLifecycle lifecycle)
{
    /// <param name="context">The request.</param>
    /// <param name="document">The object as the caller wants it; changes on the way.</param>
    /// <param name="own">Records who owns which fields of the new object.</param>
    public async Task<Resource> CreateAsync(WriteContext context, JsonObject document, Func<JsonObject, JsonObject> own)
    {
        var path = context.Path;
        ObjectMetadata.Match(document, path);
        RequireNamespace(path);
        var isGenerated = ObjectMetadata.Text(document, "name").Length == 0;
        document = Begin(path, document);
        document = ObjectDefaults.Apply(path.Kind.Group, path.Kind.Kind, document, live: null);
        NamespaceState.Apply(path.Kind, document);
        var admitted = admission.Admit(context.Call, path, document, context.Options.FieldValidation);
        var resource = admitted with { Document = JsonSerializer.SerializeToElement(own(document)) };
        var snapshot = source.Current;
        if (source.Find(snapshot, path.Kind, resource.Id) is not null)
        {
            throw ObjectErrors.AlreadyExists(path.Kind, resource.Id.Name);
        }

        if (context.Options.DryRun)
        {
            return resource;
        }

        return await writer.TryWriteAsync(snapshot, null, resource, context)
            ?? throw (isGenerated
                ? ObjectErrors.TooManyRequests("the server was not able to generate a unique name for the object")
                : ObjectErrors.AlreadyExists(path.Kind, resource.Id.Name));
    }

    private JsonObject Begin(ObjectPath path, JsonObject document)
    {
        try
        {
            return lifecycle.Create(document, path.Kind.HasStatus);
        }
        catch (ObjectRuleException exception)
        {
            throw ObjectErrors.Of(path.Kind, ObjectMetadata.Text(document, "name"), exception);
        }
    }

    private void RequireNamespace(ObjectPath path)
    {
        if (!path.Kind.Namespaced)
        {
            return;
        }

        var id = new ResourceId(ServedKinds.Namespace.Group, ServedKinds.Namespace.Kind, "", path.Namespace!);
        var found = source.Find(ServedKinds.Namespace, id) ?? throw ObjectErrors.NotFound(ServedKinds.Namespace, path.Namespace!);
        if (ObjectSource.IsDeleted(found))
        {
            throw ObjectErrors.Forbidden(path.Kind, "", $"unable to create new content in namespace {path.Namespace} because it is being terminated");
        }
    }
}
