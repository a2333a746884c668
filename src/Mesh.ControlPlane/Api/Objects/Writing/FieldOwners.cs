using System.Text.Json.Nodes;
using Mesh.Config.Objects.Ownership;
using Mesh.Config.Objects.Patches;
using Mesh.Config.Schema;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Keeps the books of who owns which field (<c>metadata.managedFields</c>), for all ways of writing.</summary>
internal sealed class FieldOwners(TimeProvider time)
{
    private readonly FieldOwnership _ownership = new(time);
    private readonly ServerSideApply _apply = new(time);

    /// <summary>The object after a create, an update or a patch, with its new owners.</summary>
    public JsonObject Update(WriteContext context, JsonObject? before, JsonObject after) =>
        _ownership.Update(before, after, OperationOf(context), SchemaOf(context));

    /// <summary>The object after a server-side apply.</summary>
    /// <exception cref="ApiException">Others own what would change, or the applied object cannot be one.</exception>
    public JsonObject Apply(WriteContext context, JsonObject? before, JsonObject applied)
    {
        try
        {
            return _apply.Apply(before, applied, OperationOf(context), context.Options.Force, SchemaOf(context));
        }
        catch (ApplyConflictException exception)
        {
            throw Conflict(exception);
        }
        catch (PatchException exception)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    /// <summary>The type of the objects that a write is about.</summary>
    public static TypeSchema SchemaOf(WriteContext context) => KindSchemas.Of(context.Path.Kind).Object;

    private static FieldOperation OperationOf(WriteContext context) =>
        new(context.Options.FieldManager, context.Path.ApiVersion, context.Path.Subresource ?? "");

    private static ApiException Conflict(ApplyConflictException exception) => new(StatusCodes.Status409Conflict, "Conflict", exception.Message)
    {
        Details = new JsonObject
        {
            ["causes"] = new JsonArray([.. exception.Conflicts.Select(conflict => (JsonNode)new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = conflict.Message,
                ["field"] = conflict.Field,
            })]),
        },
    };
}
