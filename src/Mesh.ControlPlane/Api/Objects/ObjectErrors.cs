using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Objects.Lifecycle;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>Kubernetes' errors about objects, in its own words (apimachinery's <c>api/errors</c>): tools look at reason, details and text.</summary>
internal static class ObjectErrors
{
    public static ApiException Nowhere() => new(StatusCodes.Status404NotFound, "NotFound", "the server could not find the requested resource") { Details = [] };

    public static ApiException NotFound(ResourceKind kind, string name) =>
        new(StatusCodes.Status404NotFound, "NotFound", $"{kind.QualifiedPlural} \"{name}\" not found") { Details = About(kind, name) };

    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        new(StatusCodes.Status409Conflict, "AlreadyExists", $"{kind.QualifiedPlural} \"{name}\" already exists") { Details = About(kind, name) };

    public static ApiException Conflict(ResourceKind kind, string name, string reason) =>
        new(StatusCodes.Status409Conflict, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedPlural} \"{name}\": {reason}") { Details = About(kind, name) };

    public static ApiException Modified(ResourceKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException Forbidden(ResourceKind kind, string name, string reason) =>
        new(StatusCodes.Status403Forbidden, "Forbidden", $"{kind.QualifiedPlural}{(name.Length == 0 ? "" : $" \"{name}\"")} is forbidden: {reason}") { Details = About(kind, name) };

    public static ApiException MethodNotAllowed() =>
        new(StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource") { Details = [] };

    public static ApiException NotAcceptable() => new(
        StatusCodes.Status406NotAcceptable, "NotAcceptable", "only the following media types are accepted: application/json, application/json;as=Table;v=v1;g=meta.k8s.io, application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");

    public static ApiException UnsupportedMediaType(string accepted) => new(
        StatusCodes.Status415UnsupportedMediaType, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static ApiException TooLarge(int limit) => new(
        StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiException TooManyRequests(string message) => new(StatusCodes.Status429TooManyRequests, "TooManyRequests", message)
    {
        Details = new JsonObject { ["retryAfterSeconds"] = 1 },
    };

    public static ApiException Expired(string message) => new(StatusCodes.Status410Gone, "Expired", message);

    public static ApiException TooOld(long asked, long oldest) => Expired($"too old resource version: {asked} ({oldest})");

    /// <summary>A version that is not there yet; clients look for the cause, and try again.</summary>
    public static ApiException TooNew(long asked, long current) =>
        new(StatusCodes.Status504GatewayTimeout, "Timeout", $"Too large resource version: {asked}, current: {current}")
        {
            Details = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            },
        };

    /// <summary>Everything that is wrong with an object, field by field.</summary>
    public static ApiException Invalid(ResourceKind kind, string name, params IReadOnlyList<FieldError> errors)
    {
        var texts = errors.Select(error => error.ToString()).ToArray();
        var details = new JsonObject { ["name"] = name };
        Put(details, "group", kind.Group);
        details["kind"] = kind.Kind;
        details["causes"] = new JsonArray([.. errors.Select(error => (JsonNode)new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field })]);
        var qualified = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        return new ApiException(
            StatusCodes.Status422UnprocessableEntity,
            "Invalid",
            $"{qualified} \"{name}\" is invalid: {(texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]")}") { Details = details };
    }

    /// <summary>A rule of the life of objects that a write breaks.</summary>
    public static ApiException Of(ResourceKind kind, string name, ObjectRuleException exception)
    {
        var field = exception.Field;
        var text = exception.Message.StartsWith($"{field}: ", StringComparison.Ordinal) ? exception.Message[(field.Length + 2)..] : exception.Message;
        return exception.Rule switch
        {
            ObjectRule.BadRequest => ApiException.BadRequest(exception.Message),
            ObjectRule.Precondition => Conflict(kind, name, exception.Message),
            _ => Invalid(kind, name, new FieldError(field, text.Split(':')[0] switch
            {
                "Required value" => "FieldValueRequired",
                "Forbidden" => "FieldValueForbidden",
                _ => "FieldValueInvalid",
            }, text)),
        };
    }

    private static JsonObject About(ResourceKind kind, string name)
    {
        var details = new JsonObject();
        Put(details, "name", name);
        Put(details, "group", kind.Group);
        details["kind"] = kind.Plural;
        return details;
    }

    private static void Put(JsonObject details, string field, string value)
    {
        if (value.Length > 0)
        {
            details[field] = value;
        }
    }
}
