namespace Mesh.ControlPlane.Hosting;

/// <summary>Tells the mesh of the same process where its own control plane is, unless the app names another.</summary>
internal sealed class AddressConfigurationProvider : ConfigurationProvider, IConfigurationSource
{
    /// <summary>Where Mesh.Client looks; contract of the libraries.</summary>
    public const string Key = "Mesh:ControlPlane";

    private IConfiguration? _configuration;

    /// <summary>Adds itself to the configuration of an app.</summary>
    public void AddTo(IConfigurationManager configuration)
    {
        _configuration = configuration;
        configuration.Add(this);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Publish(Uri xds)
    {
        if (_configuration is null || _configuration.GetSection(Key).Exists())
        {
            return;
        }

        Set(Key, xds.GetLeftPart(UriPartial.Authority));
        OnReload();
    }
}
