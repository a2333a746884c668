using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Objects.Patches;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Answers patch, in its four languages.</summary>
internal sealed class ObjectPatches(ObjectSource source, ObjectRenderer renderer, ObjectChanges changes)
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicType = "application/strategic-merge-patch+json";
    private const string ApplyType = "application/apply-patch+yaml";

    public Task PatchAsync(ApiCall call, ObjectPath path) => ObjectBody.TypeOf(call) switch
    {
        // A strategic patch needs the merge keys of Kubernetes' own types; for custom resources it refuses as we do.
        StrategicType when !path.Kind.IsBuiltIn => throw ObjectErrors.UnsupportedMediaType($"{JsonPatchType}, {MergePatchType}, {ApplyType}"),
        ApplyType => ApplyAsync(call, path),
        (JsonPatchType or MergePatchType or StrategicType) and var type => ChangeAsync(call, path, type),
        _ => throw ObjectErrors.UnsupportedMediaType($"{JsonPatchType}, {MergePatchType}, {ApplyType}{(path.Kind.IsBuiltIn ? $", {StrategicType}" : "")}"),
    };

    private async Task ChangeAsync(ApiCall call, ObjectPath path, string type)
    {
        var context = WriteContext.Of(call, path, "PatchOptions");
        if (call.Query("force") is not null)
        {
            throw ObjectErrors.Invalid(path.Kind, path.Name!, FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        }

        var patch = ObjectBody.Parse(await ObjectBody.ReadBytesAsync(call));
        var written = await changes.Updater.UpdateAsync(
            context, before => Patched(context, type, before, patch), (before, after) => changes.Owners.Update(context, before, after));
        await renderer.WriteAsync(call, path, written);
    }

    private static JsonObject Patched(WriteContext context, string type, JsonObject target, JsonNode? patch)
    {
        try
        {
            return type switch
            {
                JsonPatchType => JsonPatch.Apply(target, patch),
                MergePatchType => MergePatch.Apply(target, patch),
                _ => StrategicMergePatch.Apply(target, patch, FieldOwners.SchemaOf(context)),
            };
        }
        catch (PatchException exception)
        {
            throw exception.Failure switch
            {
                PatchFailure.Malformed => ApiException.BadRequest(exception.Message),
                PatchFailure.TooLarge => new ApiException(StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", exception.Message),
                _ => new ApiException(StatusCodes.Status422UnprocessableEntity, "Invalid", $"the server rejected our request due to an error in our request: {exception.Message}")
                {
                    Details = new JsonObject
                    {
                        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = exception.Message, ["field"] = exception.Field }),
                    },
                },
            };
        }
    }

    private async Task ApplyAsync(ApiCall call, ObjectPath path)
    {
        var context = WriteContext.Of(call, path, "PatchOptions");
        if (!WriteOptions.NamesManager(call))
        {
            throw ObjectErrors.Invalid(
                new ResourceKind("meta.k8s.io", "PatchOptions", "", ["v1"], null), "", FieldError.Required("fieldManager", "is required for apply patch"));
        }

        var applied = ObjectBody.ParseYaml(await ObjectBody.ReadBytesAsync(call)) as JsonObject ?? throw ApiException.BadRequest("Expected an object as body.");
        ObjectMetadata.Match(applied, path);
        context = context with { Applied = applied };
        for (var attempt = 0; attempt < ObjectStoreWriter.Attempts; attempt++)
        {
            if (source.Find(path.Kind, path.Id) is not null)
            {
                var written = await changes.Updater.UpdateAsync(context, before => changes.Owners.Apply(context, before, applied), (_, after) => after);
                await renderer.WriteAsync(call, path, written);
                return;
            }

            if (await TryCreateAsync(context, applied) is { } created)
            {
                await renderer.WriteAsync(call, path, created, StatusCodes.Status201Created);
                return;
            }
        }

        throw ObjectErrors.Modified(path.Kind, path.Name!);
    }

    // Null when somebody else has made it meanwhile.
    private async Task<Resource?> TryCreateAsync(WriteContext context, JsonObject applied)
    {
        if (context.Path.Subresource is not null)
        {
            throw ObjectErrors.NotFound(context.Path.Kind, context.Path.Name!);
        }

        try
        {
            return await changes.Creator.CreateAsync(context, changes.Owners.Apply(context, null, applied), after => after);
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            return null;
        }
    }
}
