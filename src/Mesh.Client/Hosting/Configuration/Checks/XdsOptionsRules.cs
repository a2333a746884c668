using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks <c>Mesh:Xds</c>.</summary>
internal static class XdsOptionsRules
{
    private const int MinMessageSize = 64 * 1024;
    private const int MaxMessageSize = 1024 * 1024 * 1024;

    public static void Check(MeshXdsOptions options, ValidateOptionsResultBuilder errors)
    {
        if (!Enum.IsDefined(options.Protocol))
        {
            errors.AddError($"Mesh:Xds:Protocol is '{options.Protocol}': expected {string.Join(" or ", Enum.GetNames<XdsProtocol>())}.");
        }

        if (options.MaxMessageSize is < MinMessageSize or > MaxMessageSize)
        {
            errors.AddError($"Mesh:Xds:MaxMessageSize is {options.MaxMessageSize}: expected {MinMessageSize} to {MaxMessageSize} bytes.");
        }

        Check("Mesh:Xds:KeepAliveInterval", options.KeepAliveInterval, errors);
        Check("Mesh:Xds:KeepAliveTimeout", options.KeepAliveTimeout, errors);
    }

    private static void Check(string path, TimeSpan value, ValidateOptionsResultBuilder errors)
    {
        if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
        {
            errors.AddError($"{path} is {value}: expected one second to an hour.");
        }
    }
}
