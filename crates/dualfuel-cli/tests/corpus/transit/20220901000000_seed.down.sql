DELETE FROM services WHERE agency_id = 'zvv' AND code = 'werktags';
DELETE FROM stops WHERE agency_id IN ('zvv', 'rhb') AND stop_id IN ('hb', 'hb:31', 'chur');
DELETE FROM agencies WHERE agency_id IN ('zvv', 'rhb');
