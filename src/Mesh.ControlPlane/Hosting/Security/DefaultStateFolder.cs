namespace Mesh.ControlPlane.Hosting.Security;

/// <summary>Where a control plane of its own keeps its state when nobody says: a folder of the user, for each trust domain.</summary>
internal static class DefaultStateFolder
{
    public static void ApplyTo(MeshControlPlaneOptions options)
    {
        if (options.StateFolder is not null)
        {
            return;
        }

        // A user without a home has no such folder: then the keys stay in memory.
        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (user.Length > 0 && options.TrustDomain.Length > 0)
        {
            options.StateFolder = Path.Combine(user, "mesh", "control-plane", options.TrustDomain);
            options.IsStateFolderOptional = true;
        }
    }
}
