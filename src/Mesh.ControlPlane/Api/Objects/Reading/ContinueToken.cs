using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>Where a list in pages goes on: the configuration it shows, and the last object that was told.</summary>
internal sealed record ContinueToken(long Version, string Namespace, string Name)
{
    public static ContinueToken Parse(string text)
    {
        try
        {
            var token = JsonNode.Parse(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')))!.AsObject();
            return new ContinueToken((long)token["rv"]!, (string)token["ns"]!, (string)token["name"]!);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException or NullReferenceException or ArgumentNullException)
        {
            throw ApiException.BadRequest("continue key is not valid: it was not made by this server");
        }
    }

    public bool IsBefore(Resource resource)
    {
        var order = string.CompareOrdinal(resource.Id.Namespace, Namespace);
        return order > 0 || (order == 0 && string.CompareOrdinal(resource.Id.Name, Name) > 0);
    }

    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["rv"] = Version, ["ns"] = Namespace, ["name"] = Name }.ToJsonString())).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
