namespace Mesh.ControlPlane.Hosting.Registries;

/// <summary>A registry as the command line names it; all else that can be said of one is for the configuration.</summary>
internal static class RegistrySetting
{
    public static bool IsGood(string option, string text)
    {
        var (kind, place) = Split(text);
        return option == "--peer" ? kind.Length > 0 && place.Length > 0 : kind switch
        {
            "services" => true,
            "consul" or "kubernetes" or "dns" => place.Length > 0,
            _ => false,
        };
    }

    public static void Apply(string text, MeshControlPlaneOptions options)
    {
        var (kind, place) = Split(text);
        var registries = options.Registries;
        switch (kind)
        {
            case "consul":
                registries.Consul[NameOf(place)] = new MeshConsulOptions { Address = place };
                break;
            case "kubernetes":
                registries.Kubernetes[place] = new MeshKubernetesOptions { Kubeconfig = options.Kubernetes.Kubeconfig, Context = place };
                break;
            case "dns":
                registries.Dns[place] = new MeshDnsOptions { Name = place };
                break;
            default:
                registries.Services = true;
                break;
        }
    }

    public static void ApplyPeer(string text, MeshControlPlaneOptions options)
    {
        var (name, address) = Split(text);

        // The configuration may have its token already.
        if (options.Registries.Peers.TryGetValue(name, out var peer))
        {
            peer.Address = address;
        }
        else
        {
            options.Registries.Peers[name] = new MeshPeerOptions { Address = address };
        }
    }

    private static string NameOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority : address;

    private static (string Kind, string Place) Split(string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}
