using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Access.Tokens;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Writing;
using Mesh.ControlPlane.Api.Routing;
using Mesh.Protocol.Spiffe;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>Makes identity tokens for service accounts, as <c>kubectl create token</c> asks for them (authentication.k8s.io TokenRequest).</summary>
internal sealed class AccountTokens(ObjectSource source, TokenStore tokens, string trustDomain, TimeProvider time)
{
    private const string DefaultAccount = "default";
    private const int ShortestSeconds = 600;

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    public async Task CreateAsync(ApiCall call, ObjectPath path)
    {
        // The right to write configuration is none to speak for a workload.
        if (!call.Caller.MayIn(Permission.ManageIdentity, path.Namespace!))
        {
            throw ObjectErrors.Forbidden(
                path.Kind, path.Name!, $"User \"{call.Caller.Name}\" cannot create resource \"serviceaccounts/token\" in API group \"\" in the namespace \"{path.Namespace}\"");
        }

        var body = await ObjectBody.ReadObjectAsync(call);
        if (body["kind"]?.ToString() is not "TokenRequest")
        {
            throw ApiException.BadRequest($"expected a TokenRequest as body, got {body["kind"]}");
        }

        if (path.Name != DefaultAccount && source.Find(path.Kind, path.Id) is null)
        {
            throw ObjectErrors.NotFound(path.Kind, path.Name!);
        }

        var made = Make(call, path, LifetimeOf(body));
        body["metadata"] = new JsonObject { ["name"] = path.Name, ["namespace"] = path.Namespace, ["creationTimestamp"] = ObjectJson.Time(time.GetUtcNow()) };
        body["status"] = new JsonObject { ["token"] = made.Text, ["expirationTimestamp"] = ObjectJson.Time(made.Record.ExpiresAt) };
        await call.WriteAsync(body, StatusCodes.Status201Created);
    }

    private NewToken Make(ApiCall call, ObjectPath path, TimeSpan lifetime)
    {
        try
        {
            return tokens.CreateIdentity(SpiffeId.Of(trustDomain, path.Namespace!, path.Name!), lifetime, once: false, creator: call.Caller.Name);
        }
        catch (Exception exception) when (exception is TokenException or FormatException)
        {
            throw ApiException.BadRequest(exception.Message);
        }
    }

    private static TimeSpan LifetimeOf(JsonObject body)
    {
        if (body["spec"]?["expirationSeconds"] is not { } asked)
        {
            return DefaultLifetime;
        }

        var request = new ResourceKind("authentication.k8s.io", "TokenRequest", "", ["v1"], null);
        return long.TryParse(asked.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= ShortestSeconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, 1L << 32))
            : throw ObjectErrors.Invalid(request, "", FieldError.Invalid("spec.expirationSeconds", "may not specify a duration less than 10 minutes"));
    }
}
