namespace ControlPlane.Functions.Http;

/// <summary>How the control plane learns who calls.</summary>
internal enum CallerCheck
{
    /// <summary>By its own keys, or, without any, nobody but this machine can call.</summary>
    OwnKeys,

    /// <summary>The Functions host has let the caller pass: every HTTP function but one asks for a function key.</summary>
    FunctionsHost,

    /// <summary>App Service authentication is on in front of the app, and says who it is in a header.</summary>
    EasyAuth,
}
