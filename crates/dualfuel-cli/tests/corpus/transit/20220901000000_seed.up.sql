INSERT INTO agencies (agency_id, name, url) VALUES ('zvv', 'Zürcher Verkehrsverbund', 'https://zvv.example'), ('rhb', 'Rhätische Bahn', NULL);
INSERT INTO stops (agency_id, stop_id, name, lat, lon, parent_id) VALUES
    ('zvv', 'hb', 'Zürich HB', 47.3779, 8.5403, NULL),
    ('zvv', 'hb:31', 'Zürich HB, Gleis 31', 47.3783, 8.5371, 'hb'),
    ('rhb', 'chur', 'Chur', 46.8530, 9.5290, NULL);
INSERT INTO services (agency_id, code, monday, tuesday, wednesday, thursday, friday, starts_on, ends_on)
VALUES ('zvv', 'werktags', 1, 1, 1, 1, 1, '2022-09-01', '2023-08-31');
