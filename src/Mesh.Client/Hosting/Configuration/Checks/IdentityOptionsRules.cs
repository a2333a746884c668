using Mesh.Protocol.Spiffe;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks <c>Mesh:Identity</c>; a token is never repeated in a message.</summary>
internal static class IdentityOptionsRules
{
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    public static void Check(MeshIdentityOptions options, ValidateOptionsResultBuilder errors)
    {
        var hasFiles = options.CertificateFile is not null || options.PrivateKeyFile is not null || options.BundleFile is not null;
        if (hasFiles && (options.CertificateFile is null || options.PrivateKeyFile is null || options.BundleFile is null))
        {
            errors.AddError("Mesh:Identity: expected CertificateFile, PrivateKeyFile and BundleFile together, got only some of them.");
        }

        if (hasFiles && (options.Token ?? options.TokenFile) is not null)
        {
            errors.AddError("Mesh:Identity: expected one source of the certificate, got files and a token: remove one.");
        }

        if (options.Token is not null && options.TokenFile is not null)
        {
            errors.AddError("Mesh:Identity: expected Token or TokenFile, got both.");
        }

        if (options.Token is { } token && (token.Trim().Length == 0 || (TokenText.IsToken(token) && !TokenText.TryParse(token, out _))))
        {
            errors.AddError("Mesh:Identity:Token: expected a token as 'meshctl token create' prints it; this one is cut off or empty.");
        }

        if (options.Lifetime < MinLifetime || options.Lifetime > MeshIdentityOptions.MaxLifetime)
        {
            errors.AddError($"Mesh:Identity:Lifetime is {options.Lifetime}: expected {MinLifetime} to {MeshIdentityOptions.MaxLifetime}.");
        }

        if (!Enum.IsDefined(options.KeyType))
        {
            errors.AddError($"Mesh:Identity:KeyType is '{options.KeyType}': expected {string.Join(", ", Enum.GetNames<WorkloadKeyType>())}.");
        }
    }
}
